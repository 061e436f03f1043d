// SPDX-License-Identifier: Apache-2.0

package badobjects

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// placeholder is the name of a case's world in testdata.
const placeholder = "$W"

// badObject is one document of testdata: an object under a comment with its title and what is expected of it.
type badObject struct {
	title string
	// wants are the lines after the title.
	wants []string
	text  string
}

// readCases reads the documents of all files of a folder of testdata.
func readCases(folder string) ([]badObject, error) {
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.yaml"))
	if err != nil {
		return nil, err
	}
	var cases []badObject
	for _, file := range files {
		documents, err := readDocuments(file)
		if err != nil {
			return nil, err
		}
		for _, document := range documents {
			cases = append(cases, describe(filepath.Base(file), document))
		}
	}
	return cases, nil
}

// describe splits a document into its comment and the object.
func describe(file, document string) badObject {
	var comment []string
	for line := range strings.Lines(document) {
		text, isComment := strings.CutPrefix(strings.TrimSpace(line), "# ")
		if !isComment {
			break
		}
		comment = append(comment, text)
	}
	if len(comment) < 2 {
		return badObject{title: file + " has a document without title and expectation", text: document}
	}
	kind := strings.TrimSuffix(file, ".yaml")
	return badObject{title: kind + ": " + comment[0], wants: comment[1:], text: document}
}

func readDocuments(file string) ([]string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	_, data, _ = bytes.Cut(data, []byte("\n\n"))
	reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
	var documents []string
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		documents = append(documents, string(document))
	}
}

// object is the document's object in the world of that name.
func object(text, world string) (*unstructured.Unstructured, error) {
	var value unstructured.Unstructured
	if err := yaml.Unmarshal([]byte(strings.ReplaceAll(text, placeholder, world)), &value.Object); err != nil {
		return nil, err
	}
	return &value, nil
}
