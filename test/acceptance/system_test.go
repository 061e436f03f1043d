// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// system is a sample and the key of its organization.
type system struct {
	// name is the folder's, below config/samples and below testdata.
	name                    string
	namespace, organization string
}

// systems are the samples that have a matrix and decisions.
var systems = []system{
	{name: "staffing", namespace: "staffing", organization: "staffing"},
	{name: "performance", namespace: "performance", organization: "compass"},
	contracts,
	homehealth,
	workorders,
}

var (
	contracts  = system{name: "contracts", namespace: "contracts", organization: "contracts"}
	homehealth = system{name: "homehealth", namespace: "homehealth", organization: "sunrise"}
	workorders = system{name: "workorders", namespace: "workorders", organization: "district"}
)

// quickstart is a sample of our own, so that nothing but what its comments say prescribes anything.
var quickstart = system{name: "quickstart", namespace: "quickstart", organization: "quickstart"}

// all lists all samples.
var all = append(slices.Clone(systems), quickstart)

// samples is the folder with a system's manifests.
func (s system) samples() string { return filepath.Join("..", "..", "config", "samples", s.name) }

func (s system) testdata(file string) string { return filepath.Join("testdata", s.name, file) }

// prescription is one decision that a system prescribes, and the fact that it shows.
type prescription struct {
	Fact     string         `json:"fact"`
	Request  access.Request `json:"request"`
	Expected bool           `json:"expected"`
	// place is the file and line that it stands at.
	place string
}

// prescriptions reads all decisions of a system: decisions.jsonl are those it came with, more.jsonl our own.
func (s system) prescriptions() ([]prescription, error) {
	files, err := filepath.Glob(s.testdata("*.jsonl"))
	if err != nil {
		return nil, err
	}
	var every []prescription
	for _, file := range files {
		read, err := readPrescriptions(file)
		if err != nil {
			return nil, err
		}
		every = append(every, read...)
	}
	if len(every) == 0 {
		return nil, fmt.Errorf("%s holds no decisions", s.testdata(""))
	}
	return every, nil
}

func readPrescriptions(path string) ([]prescription, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	var read []prescription
	lines := bufio.NewScanner(file)
	for number := 1; lines.Scan(); number++ {
		p := prescription{place: fmt.Sprintf("%s:%d", path, number)}
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			return nil, fmt.Errorf("%s: %w", p.place, err)
		}
		read = append(read, p)
	}
	return read, lines.Err()
}
