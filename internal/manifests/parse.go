// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// parser collects objects from streams.
type parser struct {
	result    *Result
	namespace string
	known     map[key]*Object
}

func newParser(namespace string) *parser {
	return &parser{result: &Result{}, namespace: namespace, known: map[key]*Object{}}
}

// document is the document that is being read.
type document struct {
	file   string
	source *Source
	offset int
	// lines is the number of lines of the document.
	lines int
}

// position returns the position of a line of the document. The very end of the document is on its last line with text.
func (d document) position(line int) Position {
	return Position{File: d.file, Line: d.offset + max(1, min(line, d.lines))}
}

func (p *parser) report(at Position, reason, format string, args ...any) {
	p.result.Diagnostics = append(p.result.Diagnostics, Diagnostic{Position: at, Reason: reason, Message: fmt.Sprintf(format, args...)})
}

// reject reports that a document, or an item of it, is no object.
func (p *parser) reject(d document, line int, reason, format string, args ...any) {
	p.report(d.position(line), reason, format, args...)
	p.result.Diagnostics[len(p.result.Diagnostics)-1].Source = d.source
}

// file reads a stream of documents.
func (p *parser) file(name string, data []byte) {
	p.result.Files++
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		p.report(Position{File: name, Line: 1}, ReasonInvalidSyntax, "the file is encoded in UTF-16: save it as UTF-8")
		return
	}
	data, marks := normalize(data)
	for _, line := range marks {
		p.report(Position{File: name, Line: line}, ReasonInvalidSyntax,
			"a byte order mark stands before this line, as where files were joined, and kubectl cannot read it: remove it")
	}
	for _, c := range split(data) {
		text := bytes.TrimSpace(c.data)
		lines := 1 + bytes.Count(bytes.TrimRight(c.data, " \t\n"), []byte("\n"))
		d := document{file: name, source: &Source{text: string(c.data)}, offset: c.offset, lines: lines}
		if bytes.HasPrefix(text, []byte("{")) && p.json(d, c.data) {
			continue
		}
		p.yaml(d, c.data)
	}
}

// yaml reads one document in YAML. It parses the document twice: as kubectl does for the value, and for the positions.
func (p *parser) yaml(d document, data []byte) {
	var root, rest yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&root); err != nil {
		if !errors.Is(err, io.EOF) {
			p.syntax(d, data, err)
		}
		if without := withoutVersion(data); without != nil {
			p.yaml(d, without)
		}
		return
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) != 1 || isEmpty(root.Content[0]) {
		return
	}
	if err := decoder.Decode(&rest); !errors.Is(err, io.EOF) {
		p.syntax(d, data, errors.New("it contains a second document: put --- on a line of its own, with an ordinary line ending"))
		return
	}
	converted, err := sigsyaml.YAMLToJSON(data)
	if err != nil {
		if bytes.Contains(data, []byte("{{")) {
			err = fmt.Errorf("%w (it looks like a template: read the rendered manifests instead)", err)
		}
		p.syntax(d, data, err)
		return
	}
	p.value(d, converted, root.Content[0])
}

// value reads a document that has been converted to JSON.
func (p *parser) value(d document, data []byte, node *yaml.Node) {
	var value any
	if err := utiljson.Unmarshal(data, &value); err != nil {
		p.syntax(d, data, err)
		return
	}
	fields, ok := value.(map[string]any)
	if !ok {
		p.reject(d, node.Line, ReasonNotAnObject, "this document is not a Kubernetes object: write apiVersion, kind and metadata")
		return
	}
	p.object(d, fields, node)
}

var (
	errorLine = regexp.MustCompile(`\bline (\d+): `)
	// parserError matches the errors for which go-yaml counts lines from 0; for all others it counts them from 1.
	parserError = regexp.MustCompile(`^did not find expected (<|node content|key|'-'|',')`)
	errorPrefix = regexp.MustCompile(`^(error converting YAML to JSON: )?(yaml: )?(unmarshal errors:\s*)?`)
)

// syntax reports that a document cannot be read, at the line that the error names.
func (p *parser) syntax(d document, data []byte, err error) {
	message, line := errorPrefix.ReplaceAllString(err.Error(), ""), 1
	if match := errorLine.FindStringSubmatch(message); match != nil {
		line, _ = strconv.Atoi(match[1])
		message = strings.Replace(message, match[0], "", 1)
		if parserError.MatchString(message) {
			line++
		}
	}
	p.reject(d, line, ReasonInvalidSyntax, "this document cannot be read: %s", explained(message, textOf(data, line)))
}

// withoutVersion returns a document without the %YAML line that it begins with, nil if it does not.
func withoutVersion(data []byte) []byte {
	line, rest, _ := bytes.Cut(data, []byte("\n"))
	if !bytes.HasPrefix(line, []byte("%YAML")) {
		return nil
	}
	return append([]byte("\n"), rest...)
}

// textOf returns a line of a document, which are counted from 1.
func textOf(data []byte, line int) string {
	for range line - 1 {
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	text, _, _ := bytes.Cut(data, []byte("\n"))
	return string(text)
}

// explained says of a parser's message what is written in its line, and what would be right, where that is known.
func explained(message, text string) string {
	indentation := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
	switch {
	case strings.Contains(message, "incompatible YAML document") && strings.HasPrefix(text, "%YAML"):
		return fmt.Sprintf("the line %q asks for another YAML than 1.1, which is what kubectl reads: remove the line", text)
	case strings.Contains(message, "cannot start any token") && strings.Contains(indentation, "\t"):
		return "this line is indented with a tab: indent with spaces"
	case strings.Contains(message, "cannot start any token") && strings.ContainsAny(text, "@`%"):
		return message + ": if it is part of a text, write that in quotes"
	case strings.Contains(message, "mapping values are not allowed"):
		return message + ": if the colon is part of a text, write that in quotes"
	}
	return message
}

// isEmpty reports whether a document contains nothing.
func isEmpty(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.Tag == "!!null"
}

// object adds an object, or the items of a list.
func (p *parser) object(d document, value map[string]any, node *yaml.Node) {
	apiVersion, kind := p.typeOf(d, value, node)
	if apiVersion == "" || kind == "" {
		if !isKustomization(d.file) {
			p.reject(d, node.Line, ReasonNotAnObject, "apiVersion and kind must be set: write apiVersion: %s", v1alpha1.GroupVersion)
		}
		return
	}
	version, err := schema.ParseGroupVersion(apiVersion)
	if err != nil {
		p.reject(d, lineOf(node, "apiVersion"), ReasonNotAnObject, "apiVersion %q does not have the form group/version: write %s",
			apiVersion, v1alpha1.GroupVersion)
		return
	}
	items, isList := value["items"].([]any)
	ours := version.Group == v1alpha1.GroupVersion.Group
	switch {
	case isList && strings.HasSuffix(kind, "List") && (ours || apiVersion == "v1"):
		p.list(d, items, node, version, strings.TrimSuffix(kind, "List"))
	case ours:
		p.add(d, version.WithKind(kind), value, node)
	case version.Group == SuiteGroup:
		p.suite(d, version.WithKind(kind), value, node)
	default:
		p.result.Skipped++
		p.foreign(d, version.Group, kind, value, node)
	}
}

// list adds the items of a list. In a typed list they inherit kind and apiVersion.
func (p *parser) list(d document, items []any, node *yaml.Node, version schema.GroupVersion, kind string) {
	nodes, begins := make([]*yaml.Node, len(items)), make([]int, len(items))
	for i := range items {
		nodes[i] = find(node, fmt.Sprintf("items[%d]", i))
		begins[i] = nodes[i].Line
	}
	sources := d.source.itemsOf(begins)
	for i, item := range items {
		d, itemNode := d, nodes[i]
		d.source = sources[i]
		value, ok := item.(map[string]any)
		if !ok {
			p.reject(d, itemNode.Line, ReasonNotAnObject, "items[%d] is not an object: write apiVersion, kind and metadata", i)
			continue
		}
		if kind != "" {
			if _, ok := value["kind"]; !ok {
				value["kind"] = kind
			}
			if _, ok := value["apiVersion"]; !ok {
				value["apiVersion"] = version.String()
			}
		}
		p.object(d, value, itemNode)
	}
}

// add adds an object of the group.
func (p *parser) add(d document, gvk schema.GroupVersionKind, value map[string]any, node *yaml.Node) {
	o := &Object{Position: d.position(node.Line), GVK: gvk, Value: value, Source: d.source, node: node, offset: d.offset}
	p.putRight(o, value, nil, topFields)
	if metadata, ok := value["metadata"].(map[string]any); ok {
		p.putRight(o, metadata, field.NewPath("metadata"), metadataFields)
		p.metadataTexts(o, metadata)
		o.Name, _ = metadata["name"].(string)
		if isClusterScoped(gvk.Kind) {
			// The API server ignores it, and kustomize writes it.
			delete(metadata, "namespace")
		} else if o.Namespace, _ = metadata["namespace"].(string); o.Namespace == "" {
			o.Namespace = p.namespace
			if written := metadata["namespace"]; written == nil || written == "" {
				metadata["namespace"] = p.namespace
			}
		}
	}
	p.duplicateFields(o, node, nil)
	if other, ok := p.known[o.key()]; ok && o.Name != "" {
		p.result.Diagnostics = append(p.result.Diagnostics, Diagnostic{
			Position: o.Position, Object: o, Reason: ReasonDuplicateObject,
			Message: fmt.Sprintf("%s is already defined at %s: remove one of them", o, other.Position),
		})
		return
	}
	p.known[o.key()] = o
	p.result.Objects = append(p.result.Objects, o)
}

// isClusterScoped reports whether objects of a kind have no namespace.
func isClusterScoped(kind string) bool {
	return kind == "PermissionCatalog" || kind == "PlatformRole" || kind == "PlatformAssignment"
}

func isKustomization(file string) bool {
	base := file[strings.LastIndexAny(file, `/\`)+1:]
	return base == "kustomization.yaml" || base == "kustomization.yml" || base == "Kustomization"
}
