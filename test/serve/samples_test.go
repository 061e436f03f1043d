// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// systems are the samples, and the organization of each.
var systems = map[string]string{
	"staffing": "/staffing/staffing", "performance": "/performance/compass", "contracts": "/contracts/contracts",
	"homehealth": "/homehealth/sunrise", "workorders": "/workorders/district", "quickstart": "/quickstart/quickstart",
}

// prescription is a decision that a system prescribes.
type prescription struct {
	Fact     string          `json:"fact"`
	Request  json.RawMessage `json:"request"`
	Expected bool            `json:"expected"`
	place    string
}

func prescriptions(t *testing.T, system string) []prescription {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "acceptance", "testdata", system, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var all []prescription
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		for number := 1; lines.Scan(); number++ {
			p := prescription{place: fmt.Sprintf("%s:%d", file, number)}
			if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
				t.Fatalf("%s: %v", p.place, err)
			}
			all = append(all, p)
		}
	}
	if len(all) < 10 {
		t.Fatalf("%s prescribes %d decisions: more are expected", system, len(all))
	}
	return all
}

// batch is how many decisions are asked for at once.
const batch = 50

// TestSamples asks everything that the systems prescribe, one by one and in batches, at the root and at the organization's path.
func TestSamples(t *testing.T) {
	for system, path := range systems {
		t.Run(system, func(t *testing.T) {
			s := start(t, "-f", sample(system))
			s.client.Transport = http.DefaultTransport
			s.awaitReady()
			all := prescriptions(t, system)
			for i, p := range all {
				at := []string{"", path}[i%2]
				if got := s.decision(at+"/access/v1/evaluation", p.Request); got != p.Expected {
					t.Errorf("%s: %s: decided %t, prescribed is %t", p.place, p.Fact, got, p.Expected)
				}
			}
			for from := 0; from < len(all); from += batch {
				some := all[from:min(from+batch, len(all))]
				for i, got := range s.decisions(path, some) {
					if got != some[i].Expected {
						t.Errorf("%s: %s: in a batch decided %t, prescribed is %t", some[i].place, some[i].Fact, got, some[i].Expected)
					}
				}
			}
			if code := s.terminate(); code != 0 {
				t.Errorf("the service ended with code %d:\n%s", code, s.said)
			}
		})
	}
}

// decisions asks for several at once.
func (s *service) decisions(path string, some []prescription) []bool {
	s.t.Helper()
	requests := make([]json.RawMessage, len(some))
	for i, p := range some {
		requests[i] = p.Request
	}
	body, err := json.Marshal(map[string]any{"evaluations": requests})
	if err != nil {
		s.t.Fatalf("%v", err)
	}
	got := s.post(path+"/access/v1/evaluations", body)
	var read struct {
		Evaluations []struct {
			Decision bool `json:"decision"`
		} `json:"evaluations"`
	}
	if err := json.Unmarshal([]byte(got.body), &read); err != nil || got.status != http.StatusOK || len(read.Evaluations) != len(some) {
		s.t.Fatalf("%d evaluations are answered %d %s", len(some), got.status, got.body)
	}
	decided := make([]bool, len(some))
	for i, evaluation := range read.Evaluations {
		decided[i] = evaluation.Decision
	}
	return decided
}
