// SPDX-License-Identifier: Apache-2.0

package scaffold

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"text/template"
	"unicode"

	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/internal/model"
)

// Answers say what a first organization is called. Each has to be there.
type Answers struct {
	// Organization is the name of the organization and of its namespace, and Application the one of its catalog: DNS labels.
	Organization, Application string
	// Administrator is the id of the first user, byte for byte what the application knows them by.
	Administrator string
}

//go:embed templates
var templates embed.FS

// maxName is how many characters a name has at most from which others are made.
const maxName = 50

// Validate returns what is wrong with the answers; nil if nothing is.
func (a *Answers) Validate() error {
	for _, name := range []struct{ what, value string }{{"organization", a.Organization}, {"application", a.Application}} {
		if wrong := validation.IsDNS1123Label(name.value); len(wrong) > 0 || len(name.value) > maxName {
			return fmt.Errorf("%s %q: write lower-case letters, digits and hyphens, at most %d, for example %q",
				name.what, name.value, maxName, "acme")
		}
	}
	id := a.Administrator
	if !model.IsUserID(id) || strings.ContainsFunc(id, unicode.IsSpace) {
		return fmt.Errorf("administrator %q: write the id by which the application knows the user, without spaces or invisible characters, "+
			"for example %q", id, "ann@acme.example")
	}
	return nil
}

// Files returns the manifests of an organization, by their paths, and a suite that tests them.
func Files(answers *Answers) (map[string][]byte, error) {
	if err := answers.Validate(); err != nil {
		return nil, err
	}
	parsed, err := template.New("").Funcs(template.FuncMap{"text": text}).ParseFS(templates, "templates/*.yaml", "templates/tests/*.yaml")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	err = fs.WalkDir(templates, "templates", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		var file bytes.Buffer
		err = parsed.ExecuteTemplate(&file, entry.Name(), answers)
		files[strings.TrimPrefix(path, "templates/")] = file.Bytes()
		return err
	})
	return files, err
}

// text returns a text as YAML that reads as the same text whatever it contains: in quotes where it would be a number, for example.
func text(value string) (string, error) {
	written, err := yaml.Marshal(value)
	return strings.TrimSuffix(string(written), "\n"), err
}
