// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/rolewright/rolewright/internal/resolve"
)

// damageSample is a sample that is damaged, one place after the other.
type damageSample struct {
	documents []*yaml.Node
	// before are the objects, fields and reasons of what is found in it as it is: it is only a part of a sample.
	before map[[3]string]bool
}

func whatIsFound(f *Finding) [3]string { return [3]string{f.Object.String(), f.Field, f.Reason} }

func newDamageSample(t *testing.T, sample string) *damageSample {
	t.Helper()
	s := &damageSample{before: map[[3]string]bool{}}
	// Two objects of a kind, and the first items of lists, have most fields, and are read quickly.
	kinds := map[string]int{}
	for text := range strings.SplitSeq(sampleText(t, sample), "---\n") {
		var document yaml.Node
		if err := yaml.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
		if document.Kind != yaml.DocumentNode || document.Content[0].Kind != yaml.MappingNode {
			continue
		}
		if kind := kindOfDocument(&document); kinds[kind] < 2 || kind == "UserAssignment" {
			kinds[kind]++
			places(&document, "", func(p damagePlace) {
				if list := p.parent.Content[p.index]; list.Kind == yaml.SequenceNode {
					list.Content = list.Content[:min(4, len(list.Content))]
				}
			})
			s.documents = append(s.documents, &document)
		}
	}
	for _, f := range found(t, s.text(t)) {
		s.before[whatIsFound(&f)] = true
	}
	return s
}

func (s *damageSample) text(t *testing.T) string {
	t.Helper()
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	for _, document := range s.documents {
		if err := encoder.Encode(document); err != nil {
			t.Fatal(err)
		}
	}
	return text.String()
}

// errors returns the errors of a text that were not there before.
func (s *damageSample) errors(t *testing.T, text string) []Finding {
	t.Helper()
	var fresh []Finding
	for _, f := range found(t, text) {
		if f.Severity == resolve.Error && !s.before[whatIsFound(&f)] {
			fresh = append(fresh, f)
		}
	}
	return fresh
}

// expectOne expects one error that says something.
func (s *damageSample) expectOne(t *testing.T, damage, text string, says ...string) {
	t.Helper()
	fresh := s.errors(t, text)
	missing := ""
	if len(fresh) == 1 {
		for _, part := range says {
			if !strings.Contains(fresh[0].String(), part) {
				missing = part
			}
		}
	}
	if len(fresh) == 1 && missing == "" {
		return
	}
	var list strings.Builder
	for i := range fresh {
		fmt.Fprintf(&list, "\n%s", fresh[i].String())
	}
	t.Errorf("%s: want one error that says %q, found %d:%s", damage, says, len(fresh), list.String())
}

// damagePlace is a value in a document, and the path of its kind.
type damagePlace struct {
	path   string
	parent *yaml.Node
	// index is that of the value in its parent. Key is what names it, nil for the item of a list.
	index int
	key   *yaml.Node
}

// places yields the values of a document.
func places(node *yaml.Node, path string, yield func(damagePlace)) {
	switch node.Kind {
	case yaml.DocumentNode:
		places(node.Content[0], path, yield)
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i], node.Content[i+1]
			yield(damagePlace{path + "." + key.Value, node, i + 1, key})
			places(value, path+"."+key.Value, yield)
		}
	case yaml.SequenceNode:
		for i, item := range node.Content {
			yield(damagePlace{path + "[]", node, i, nil})
			places(item, path+"[]", yield)
		}
	}
}

// kindOfDocument returns the kind of the object in a document.
func kindOfDocument(document *yaml.Node) string {
	var object struct {
		Kind string `yaml:"kind"`
	}
	_ = document.Decode(&object)
	return object.Kind
}

// anyNames matches the paths below which a map may have any names, or a value be of any type.
var anyNames = regexp.MustCompile(`\.(labels|annotations|matchLabels|attributes)\.`)

// damagedSamples are enough to have every kind of object with most of its fields.
var damagedSamples = []string{"quickstart", "contracts", "homehealth"}

// damages calls a function for one place of each kind and path of the samples.
func damages(t *testing.T, damage func(s *damageSample, kind string, p damagePlace)) {
	t.Helper()
	seen := map[string]bool{}
	for _, name := range damagedSamples {
		s := newDamageSample(t, name)
		for _, document := range s.documents {
			kind := kindOfDocument(document)
			if kind == "Namespace" {
				continue
			}
			places(document, kind, func(p damagePlace) {
				if !seen[p.path] && !anyNames.MatchString(p.path) {
					seen[p.path] = true
					damage(s, kind, p)
				}
			})
		}
	}
}

// TestOneMisspelledField: a field whose name is misspelled is found, once, with the name that is meant.
func TestOneMisspelledField(t *testing.T) {
	damages(t, func(s *damageSample, _ string, p damagePlace) {
		if p.key == nil {
			return
		}
		name := p.key.Value
		p.key.Value = name[:1] + "q" + name[1:]
		s.expectOne(t, p.path, s.text(t), fmt.Sprintf("unknown field %q: did you mean %q?", p.key.Value, name))
		p.key.Value = name
	})
}

// TestOneWrongType: a value in a list where none belongs, or in a map, is found, once, and said what belongs there.
func TestOneWrongType(t *testing.T) {
	damages(t, func(s *damageSample, _ string, p damagePlace) {
		value := p.parent.Content[p.index]
		try := func(damage string, wrong *yaml.Node) {
			p.parent.Content[p.index] = wrong
			says := []string{"stands where", "is expected"}
			if strings.Count(p.path, ".") == 1 && p.key.Value != "metadata" && p.key.Value != "spec" {
				says = []string{"apiVersion and kind must be set"}
			}
			s.expectOne(t, damage+" "+p.path, s.text(t), says...)
			p.parent.Content[p.index] = value
		}
		if value.Kind != yaml.SequenceNode {
			try("list", &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{value}})
		}
		if value.Kind != yaml.MappingNode {
			try("map", &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: "nested"}, value}})
		}
	})
}

// texts matches the paths of texts that name nothing.
var texts = regexp.MustCompile(`\.(displayName|description|reason|justification)$`)

// TestOneNumberForText: a number, or a word that YAML reads as something else, where text belongs is found, once.
func TestOneNumberForText(t *testing.T) {
	found := 0
	damages(t, func(s *damageSample, _ string, p damagePlace) {
		if !texts.MatchString(p.path) {
			return
		}
		found++
		value := p.parent.Content[p.index]
		for _, plain := range []string{"17", "1.5", "yes", "0x10"} {
			p.parent.Content[p.index] = &yaml.Node{Kind: yaml.ScalarNode, Value: plain}
			s.expectOne(t, p.path+" "+plain, s.text(t), plain+" is read as", fmt.Sprintf("write it in quotes, %q", plain))
		}
		p.parent.Content[p.index] = value
	})
	if found < 10 {
		t.Errorf("the samples have only %d texts", found)
	}
}

// TestOneWrongObject: an object of a kind, group or version that does not exist, or in the wrong namespace, is found, once.
func TestOneWrongObject(t *testing.T) {
	damages(t, func(s *damageSample, kind string, p damagePlace) {
		value := p.parent.Content[p.index]
		written := value.Value
		try := func(wrong string, says ...string) {
			value.Value = wrong
			s.expectOne(t, p.path+" "+wrong, s.text(t), says...)
			value.Value = written
		}
		switch p.path {
		case kind + ".kind":
			try(kind[:3]+"q"+kind[3:], "did you mean "+kind)
		case kind + ".apiVersion":
			try("rolewright.dev/v1", "write apiVersion rolewright.dev/v1alpha1")
			try("rolewrigth.dev/v1alpha1", "write apiVersion: rolewright.dev/v1alpha1")
			try("v1", "write apiVersion: rolewright.dev/v1alpha1")
			try("a/b/c", "write rolewright.dev/v1alpha1")
		case kind + ".metadata.namespace":
			try("elsewhere", "move", written)
			p.parent.Content = append(p.parent.Content[:p.index-1], p.parent.Content[p.index+1:]...)
			s.expectOne(t, "no namespace of "+kind, s.text(t), "move", written)
			p.parent.Content = append(p.parent.Content, p.key, value)
		}
	})
}

// TestOneBrokenDocument: what no YAML reader reads is found, once, in whichever document it is.
func TestOneBrokenDocument(t *testing.T) {
	for _, name := range []string{"quickstart", "contracts"} {
		s := newDamageSample(t, name)
		documents := strings.SplitAfter(s.text(t), "---\n")
		for i, document := range documents {
			for damage, says := range map[string]string{"tab": "indented with a tab", "mark": "byte order mark", "version": "remove the line"} {
				broken := document
				switch damage {
				case "tab":
					broken = strings.Replace(document, "\n    ", "\n\t", 1)
				case "mark":
					broken = "\ufeff" + document
				case "version":
					broken = "%YAML 1.2\n---\n" + document
				}
				if damage == "mark" && i == 0 || broken == document {
					continue
				}
				documents[i] = broken
				s.expectOne(t, fmt.Sprintf("%s: %s in document %d", name, damage, i), strings.Join(documents, ""), says)
				documents[i] = document
			}
		}
	}
}

// TestDroppedQuotes: a name that YAML reads as something else is found wherever it is written without quotes, and nothing beside.
func TestDroppedQuotes(t *testing.T) {
	for _, name := range []string{"hospital-1", "east"} {
		for _, plain := range []string{"no", "0420", "1e3", "on", "12"} {
			s := newDamageSample(t, "contracts")
			for _, document := range s.documents {
				places(document, "", func(p damagePlace) {
					if value := p.parent.Content[p.index]; value.Kind == yaml.ScalarNode && value.Value == name {
						*value = yaml.Node{Kind: yaml.ScalarNode, Value: plain}
					}
				})
			}
			fresh := s.errors(t, s.text(t))
			if len(fresh) < 2 {
				t.Errorf("%s for %s: found %d", plain, name, len(fresh))
			}
			for i := range fresh {
				if fresh[i].Reason != "MisreadValue" || !strings.Contains(fresh[i].Message, fmt.Sprintf("in quotes, %q", plain)) {
					t.Errorf("%s for %s: %s", plain, name, fresh[i].String())
				}
			}
		}
	}
}

// idPaths matches the paths of ids of users.
var idPaths = regexp.MustCompile(`\.(user|manager|owner|members\[\]|users\[\]|defaultMember)$`)

// TestOneOddID: an id that no user has is found, once, where it is written.
func TestOneOddID(t *testing.T) {
	damages(t, func(s *damageSample, _ string, p damagePlace) {
		value := p.parent.Content[p.index]
		if !idPaths.MatchString(p.path) || value.Kind != yaml.ScalarNode {
			return
		}
		written, style := value.Value, value.Style
		for _, odd := range []string{" " + written, written + "\u200b", written + "\n"} {
			value.Value, value.Style = odd, yaml.DoubleQuotedStyle
			s.expectOne(t, fmt.Sprintf("%s %q", p.path, odd), s.text(t), strconv.Quote(odd))
		}
		value.Value, value.Style = written, style
	})
}
