package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

type stage struct {
	Name         string
	Base         string
	Instructions []string
}

func dockerfile(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("dockerfile FILE")
	}
	file, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer file.Close()
	parsed, err := parser.Parse(file)
	if err != nil {
		return err
	}
	found, _, err := instructions.Parse(parsed.AST, linter.New(&linter.Config{}))
	if err != nil {
		return err
	}
	stages := make([]stage, len(found))
	for at, one := range found {
		stages[at] = stage{Name: one.Name, Base: one.BaseName}
		for _, command := range one.Commands {
			stages[at].Instructions = append(stages[at].Instructions, fmt.Sprint(command))
		}
	}
	return json.NewEncoder(os.Stdout).Encode(stages)
}
