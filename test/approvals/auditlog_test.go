// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/internal/audit"
	"github.com/rolewright/rolewright/test/schemas"
)

// auditLog keeps what managers write.
type auditLog struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

// Write implements io.Writer.
func (l *auditLog) Write(lines []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(lines)
}

func (l *auditLog) lines() []string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return strings.Split(strings.TrimSuffix(l.text.String(), "\n"), "\n")
}

// validate holds every line against the schema.
func (l *auditLog) validate() {
	GinkgoHelper()
	schema := schemas.Read(GinkgoTB(), "../../docs/schema/audit.schema.json")
	for _, line := range l.lines() {
		Expect(schema.Validate(schemas.Value(GinkgoTB(), []byte(line)))).To(Succeed(), line)
	}
}

// of returns the lines about the requests of a world.
func (l *auditLog) of(w *world) []string {
	GinkgoHelper()
	var about []string
	for _, line := range l.lines() {
		if record(line).Namespace == w.Namespace {
			about = append(about, line)
		}
	}
	return about
}

func record(line string) audit.Record {
	GinkgoHelper()
	var r audit.Record
	Expect(json.Unmarshal([]byte(line), &r)).To(Succeed(), line)
	return r
}

// told returns what lines say, shortly.
func told(lines []string) []string {
	GinkgoHelper()
	var all []string
	for _, line := range lines {
		r := record(line)
		text := string(r.Event)
		switch {
		case r.Decision != nil:
			text += " " + r.Decision.Approver + " " + r.Decision.Verdict + " " + r.Decision.Reason
		case r.Step != nil:
			text += " " + r.Step.Name + " " + r.Step.State
		case r.Role != nil:
			text += " " + r.Role.Name + " " + r.Role.EndReason
		case r.End != nil:
			text += " " + r.End.State
		}
		all = append(all, strings.TrimSpace(text))
	}
	return all
}
