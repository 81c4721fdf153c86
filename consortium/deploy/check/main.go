// Checks what a member deploys, with the programs' own code and without a daemon or a cluster.
//
//	deploycheck compose ENV FILE...   loads and validates Compose files, prints the resolved project as JSON
//	deploycheck manifests < YAML      decodes every manifest strictly as the Kubernetes type that it names
//	deploycheck dockerfile FILE       parses a Dockerfile, prints its stages' instructions as JSON
package main

import (
	"fmt"
	"os"
)

func main() {
	checks := map[string]func([]string) error{"compose": compose, "manifests": manifests, "dockerfile": dockerfile}
	if len(os.Args) < 2 || checks[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "deploycheck compose | manifests | dockerfile")
		os.Exit(2)
	}
	if err := checks[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
