// SPDX-License-Identifier: Apache-2.0

package readers

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// required is what the variable readersVariable says where a missing interpreter is a failure.
const (
	readersVariable = "ROLEWRIGHT_READERS"
	required        = "required"
)

// language is one that docs/readers has a reader in.
type language struct {
	name        string
	interpreter string
	arguments   []string
}

var languages = []language{
	{"python", "python3", []string{"-B", "testdata/drive.py"}},
	{"javascript", "node", []string{"testdata/drive.mjs"}},
}

// question is what a reader is asked: to read a publication, out of a folder or a list, and to decide requests.
type question struct {
	Folder       string            `json:"folder,omitempty"`
	List         string            `json:"list,omitempty"`
	Organization string            `json:"organization"`
	Now          time.Time         `json:"now"`
	Requests     []*access.Request `json:"requests,omitempty"`
	// Texts are further requests, as bytes that may be no JSON.
	Texts [][]byte `json:"texts,omitempty"`
}

// reply is what a reader says: that it refuses the publication, and why, or its revision and its answers.
type reply struct {
	Refused  string `json:"refused"`
	Revision int64  `json:"revision"`
	Answers  []bool `json:"answers"`
	// Read and Plain are the answers to the texts, each yes, no or refused: as the reader parses them, and as the language does.
	Read  []string `json:"read"`
	Plain []string `json:"plain"`
}

// reader is a running one.
type reader struct {
	to   *json.Encoder
	from *json.Decoder
}

// start runs the reader until the test ends.
func (l *language) start(t *testing.T) *reader {
	t.Helper()
	path, err := exec.LookPath(l.interpreter)
	if err != nil && os.Getenv(readersVariable) == required {
		t.Fatalf("%s is not installed, and %s is %s: %v", l.interpreter, readersVariable, required, err)
	}
	if err != nil {
		t.Skipf("%s is not installed: the reader in %s is not tested", l.interpreter, l.name)
	}
	command := exec.CommandContext(t.Context(), path, l.arguments...)
	command.Env = append(os.Environ(), "PYTHONPATH=../../docs/readers")
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = command.Wait()
	})
	return &reader{to: json.NewEncoder(in), from: json.NewDecoder(bufio.NewReader(out))}
}

// fataler is what both a test and a property can do.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func (r *reader) ask(t fataler, asked *question) reply {
	t.Helper()
	if err := r.to.Encode(asked); err != nil {
		t.Fatalf("the reader does not listen: %v", err)
	}
	var said reply
	if err := r.from.Decode(&said); err != nil {
		t.Fatalf("the reader does not answer: %v", err)
	}
	return said
}
