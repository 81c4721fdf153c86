package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/dotenv"
)

// compose resolves the files under the settings of an environment file and nothing else.
func compose(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("compose ENV FILE...")
	}
	settings, err := dotenv.Read(args[0])
	if err != nil {
		return err
	}
	environment := make([]string, 0, len(settings))
	for name, value := range settings {
		environment = append(environment, name+"="+value)
	}
	options, err := cli.NewProjectOptions(args[1:], cli.WithEnv(environment), cli.WithResolvedPaths(true))
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	text, err := project.MarshalJSON()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(text)
	return err
}
