// SPDX-License-Identifier: Apache-2.0

package view

import (
	"bytes"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/validation"
)

// Object is the page of one object as it is written.
type Object struct {
	Ref   model.Ref
	Field string
	Lines []Line
	// Findings are those in the object.
	Findings []validation.Finding
	// Position is where it is written; its File is empty for an object of a cluster.
	Position manifests.Position
}

// Line is a line of YAML.
type Line struct {
	Number int
	Text   string
	// Marked is set on the line of the field that was asked for, and Findings are those whose field begins there.
	Marked   bool
	Findings []validation.Finding
}

// NewObject returns the page of an object with a field marked, nil if there is no such object.
func NewObject(s *state.State, ref model.Ref, field string) (*Object, error) {
	for of, object := range s.Objects.All() {
		if of != ref {
			continue
		}
		text, err := manifest(ref.Kind, object)
		if err != nil {
			return nil, err
		}
		return newObjectPage(s, ref, field, text)
	}
	return nil, nil
}

// NewLiveObject returns the page of an object as the API server returns it.
func NewLiveObject(s *state.State, ref model.Ref, field string, content map[string]any) (*Object, error) {
	if metadata, is := content["metadata"].(map[string]any); is {
		delete(metadata, "managedFields")
		if annotations, is := metadata["annotations"].(map[string]any); is {
			// It is the object once more.
			delete(annotations, corev1.LastAppliedConfigAnnotation)
		}
	}
	text, err := yaml.Marshal(content)
	if err != nil {
		return nil, texts.NotShown(ref.String(), err)
	}
	return newObjectPage(s, ref, field, text)
}

// manifest returns an object as people write it, without what only the API server writes.
func manifest(kind string, object metav1.Object) ([]byte, error) {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		return nil, texts.NotShown(kind+" "+object.GetName(), err)
	}
	content["apiVersion"], content["kind"] = v1alpha1.SchemeGroupVersion.String(), kind
	delete(content, "status")
	if metadata, is := content["metadata"].(map[string]any); is {
		for _, name := range []string{"managedFields", "creationTimestamp", "generation", "resourceVersion", "uid", "selfLink"} {
			delete(metadata, name)
		}
	}
	return yaml.Marshal(content)
}

func newObjectPage(s *state.State, ref model.Ref, field string, text []byte) (*Object, error) {
	read, err := (&manifests.Reader{Stdin: bytes.NewReader(text), Namespace: ref.Namespace}).Read(manifests.Stdin)
	if err != nil {
		return nil, texts.NotShown(ref.String(), err)
	}
	if len(read.Objects) != 1 {
		return nil, texts.NoObjectWritten(ref.String())
	}
	written := read.Objects[0]
	page := &Object{Ref: ref, Field: field, Findings: findingsAbout(s.Findings, ref)}
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		page.Lines = append(page.Lines, Line{Number: i + 1, Text: line})
	}
	at := func(field string) *Line {
		return &page.Lines[min(max(written.PositionOf(field).Line, 1), len(page.Lines))-1]
	}
	if field != "" {
		at(field).Marked = true
	}
	for i := range page.Findings {
		if found := &page.Findings[i]; found.Field != "" {
			line := at(found.Field)
			line.Findings = append(line.Findings, *found)
		}
		if page.Findings[i].Position.File != "" {
			page.Position = manifests.Position{File: page.Findings[i].Position.File}
		}
	}
	return page, nil
}
