// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

func main() {
	install := flag.String("install", "dist/install.yaml", "file with all objects of an installation")
	samples := flag.String("samples", "config/samples", "folder with an example of each kind")
	output := flag.String("output", "dist/bundle", "folder to write the bundle into, which is replaced")
	version := flag.String("version", "", "version, as v0.1.0")
	flag.Parse()
	if err := run(*install, *samples, *output, *version); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func run(install, samples, output, version string) error {
	objects, err := readFile(install)
	if err != nil {
		return err
	}
	examples, err := readFolder(samples)
	if err != nil {
		return err
	}
	files, err := Make(objects, examples, version)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(output); err != nil {
		return err
	}
	for name, text := range files {
		path := filepath.Join(output, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // It is published.
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil { //nolint:gosec // It is published.
			return err
		}
	}
	return nil
}

// readFolder reads the objects of all YAML files of a folder.
func readFolder(folder string) (all []*unstructured.Unstructured, err error) {
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		objects, err := readFile(path)
		all = append(all, objects...)
		return err
	})
	return all, err
}

// readFile reads the objects of a file.
func readFile(name string) (objects []*unstructured.Unstructured, err error) {
	file, err := os.Open(filepath.Clean(name))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	decoder := yaml.NewYAMLOrJSONDecoder(file, 4096)
	for {
		object := &unstructured.Unstructured{}
		switch err := decoder.Decode(&object.Object); {
		case errors.Is(err, io.EOF):
			return objects, nil
		case err != nil:
			return nil, fmt.Errorf("%s: %w", name, err)
		case object.GetKind() != "":
			objects = append(objects, object)
		}
	}
}
