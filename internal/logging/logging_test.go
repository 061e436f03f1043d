// SPDX-License-Identifier: Apache-2.0

package logging

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/go-logr/logr"
	"go.uber.org/zap/zapcore"
)

func write(log logr.Logger) {
	log = log.WithValues("organization", "acme/acme")
	log.Info("Serving", "users", 3)
	log.Info("Errors", "findings", "\na.yaml:4: error\nb.yaml:7: error")
	log.Error(errors.New("no such file"), "Refused", "folder", "f")
	log.Error(nil, "Twice", "folder", "g")
	log.V(1).Info("Details")
}

func TestJSON(t *testing.T) {
	var lines bytes.Buffer
	write(JSON(&lines, zapcore.InfoLevel))
	want := []map[string]any{
		{"level": "info", "msg": "Serving", "users": 3.0},
		{"level": "info", "msg": "Errors", "findings": "\na.yaml:4: error\nb.yaml:7: error"},
		{"level": "error", "msg": "Refused", "error": "no such file", "folder": "f"},
		{"level": "error", "msg": "Twice", "folder": "g"},
	}
	decoder := json.NewDecoder(&lines)
	for _, entry := range want {
		var got map[string]any
		if err := decoder.Decode(&got); err != nil {
			t.Fatal(err)
		}
		if got["ts"] == "" || len(got) != len(entry)+2 || got["organization"] != "acme/acme" {
			t.Errorf("%v has other keys than %v, ts and organization", got, entry)
		}
		for key, value := range entry {
			if got[key] != value {
				t.Errorf("%s is %v, want %v", key, got[key], value)
			}
		}
	}
	if decoder.More() {
		t.Error("there are further lines")
	}
}

func TestText(t *testing.T) {
	var text bytes.Buffer
	write(Text(&text))
	const want = `Serving organization=acme/acme users=3
Errors organization=acme/acme: 
a.yaml:4: error
b.yaml:7: error
error: Refused organization=acme/acme folder=f: no such file
error: Twice organization=acme/acme folder=g
`
	var got bytes.Buffer
	for line := range bytes.Lines(text.Bytes()) {
		if len(line) > 9 && line[2] == ':' && line[5] == ':' {
			line = line[9:]
		}
		got.Write(line)
	}
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}
