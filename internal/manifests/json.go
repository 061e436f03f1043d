// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"go.yaml.in/yaml/v3"
)

// json reads one or several objects in JSON. If the first is not valid JSON it does nothing and returns false: YAML may also
// begin with a brace.
func (p *parser) json(d document, data []byte) bool {
	decoder := json.NewDecoder(bytes.NewReader(data))
	for first := true; ; first = false {
		var raw json.RawMessage
		err := decoder.Decode(&raw)
		switch {
		case errors.Is(err, io.EOF):
			return true
		case err != nil && first:
			return false
		case err != nil:
			line := 1 + bytes.Count(data[:decoder.InputOffset()], []byte("\n"))
			p.report(d.position(line), ReasonInvalidSyntax, "the text after a JSON object cannot be read: %v", err)
			return true
		}
		start := int(decoder.InputOffset()) - len(raw)
		node := jsonNode(data[start:decoder.InputOffset()], 1+bytes.Count(data[:start], []byte("\n")))
		p.value(d, raw, node)
	}
}

// jsonNode returns the nodes of valid JSON, with the positions that a YAML parser would return.
func jsonNode(data []byte, line int) *yaml.Node {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	t := &jsonTokens{decoder: decoder, data: data, line: line}
	return t.node()
}

// jsonTokens reads tokens and counts lines. A token of JSON never spans lines.
type jsonTokens struct {
	decoder *json.Decoder
	data    []byte
	// line is the line of the byte at offset.
	line, offset int
}

func (t *jsonTokens) node() *yaml.Node {
	token, err := t.decoder.Token()
	if err != nil {
		return &yaml.Node{Kind: yaml.ScalarNode, Line: t.line}
	}
	end := int(t.decoder.InputOffset())
	t.line += bytes.Count(t.data[t.offset:end], []byte("\n"))
	t.offset = end
	node := &yaml.Node{Kind: yaml.ScalarNode, Line: t.line}
	switch token := token.(type) {
	case string:
		node.Value, node.Style = token, yaml.DoubleQuotedStyle
	case json.Delim:
		node.Kind = yaml.MappingNode
		if token == '[' {
			node.Kind = yaml.SequenceNode
		}
		for t.decoder.More() {
			node.Content = append(node.Content, t.node())
		}
		_, _ = t.decoder.Token()
	}
	return node
}
