// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/docs/schema"
)

// componentPrefix begins references to schemas in the document.
const componentPrefix = "#/components/schemas/"

// bundler takes schemas of docs/schema into the document, so that it stands by itself.
type bundler struct {
	// schemas are those of the document.
	schemas object
	files   map[string]object
}

// bundle replaces references to files by references to copies of what they name.
func bundle(document object) {
	b := &bundler{schemas: document["components"].(object)["schemas"].(object), files: map[string]object{}}
	b.rewrite("", document)
}

// rewrite replaces the references in a value of a file, or of the document itself.
func (b *bundler) rewrite(file string, value any) {
	switch value := value.(type) {
	case object:
		if reference, is := value["$ref"].(string); is {
			value["$ref"] = b.reference(file, reference)
		}
		for _, name := range slices.Sorted(maps.Keys(value)) {
			b.rewrite(file, value[name])
		}
	case []any:
		for _, element := range value {
			b.rewrite(file, element)
		}
	}
}

// reference returns a reference to what a reference in a file names, as it stands in the document.
func (b *bundler) reference(file, reference string) string {
	name, pointer, _ := strings.Cut(reference, "#")
	if name == "" {
		name = file
	}
	if name == "" {
		return reference
	}
	// explanation.schema.json#/$defs/grant is explanation.grant.
	steps := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	component := strings.TrimSuffix(name, ".schema.json") + "." + steps[len(steps)-1]
	if _, there := b.schemas[component]; !there {
		copied := at(b.read(name), steps)
		b.schemas[component] = copied
		b.rewrite(name, copied)
	}
	return componentPrefix + component
}

// read returns the content of a file. It is read once for the document, which may change it.
func (b *bundler) read(name string) object {
	if read, there := b.files[name]; there {
		return read
	}
	text, err := schema.Answers.ReadFile(name)
	if err != nil {
		panic(err) // a test reads all that are named
	}
	var read object
	if err := json.Unmarshal(text, &read); err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	b.files[name] = read
	return read
}

// at returns a part of a schema by the steps of a JSON pointer.
func at(value object, steps []string) object {
	for _, step := range steps {
		part, is := value[step].(object)
		if !is {
			panic("a schema has no " + strings.Join(steps, "/"))
		}
		value = part
	}
	return value
}

// prune removes the components to which nothing refers.
func prune(document object) {
	components := document["components"].(object)
	used := map[string]bool{}
	var follow func(value any)
	follow = func(value any) {
		switch value := value.(type) {
		case object:
			if reference, is := value["$ref"].(string); is && !used[reference] {
				used[reference] = true
				follow(at(document, strings.Split(strings.TrimPrefix(reference, "#/"), "/")))
			}
			for _, part := range value {
				follow(part)
			}
		case []any:
			for _, element := range value {
				follow(element)
			}
		}
	}
	follow(document["paths"])
	for kind, named := range components {
		if kind == "securitySchemes" {
			continue
		}
		maps.DeleteFunc(named.(object), func(name string, _ any) bool { return !used["#/components/"+kind+"/"+name] })
	}
}
