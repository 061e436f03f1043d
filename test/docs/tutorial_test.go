// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
	"github.com/rolewright/rolewright/test/follow"
)

// TestTutorial follows the page as far as no cluster is needed.
func TestTutorial(t *testing.T) {
	name, err := filepath.Abs(filepath.Join(root, follow.Tutorial))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	t.Chdir(t.TempDir())
	ran := 0
	followed, err := follow.Page(page, ".", func(command follow.Command) (string, error) {
		if command.Marker == follow.Cluster {
			return command.Shown, nil
		}
		ran++
		words, plain := follow.Words(command.Line)
		if !plain {
			return "", errors.New(command.Line + " cannot be followed")
		}
		if words[0] == "cp" {
			out, err := exec.CommandContext(t.Context(), words[0], words[1:]...).CombinedOutput()
			return string(out), err
		}
		if words[0] != "rolewright" {
			return "", errors.New(command.Line + " is not a command of rolewright")
		}
		var out bytes.Buffer
		cli.Run(t.Context(), words, genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out})
		return out.String(), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(name, []byte(followed), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if followed != page {
		t.Errorf("%s does not show what its commands print: go test ./test/docs -update writes it", follow.Tutorial)
	}
	if ran < 20 {
		t.Errorf("%d commands were run: the page shows more than that, unless it is read wrongly", ran)
	}
}
