// SPDX-License-Identifier: Apache-2.0

package fromfiles

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/manifests"
)

// timeout bounds waiting for what is certain to happen.
const timeout = time.Minute

// TestFollows edits manifests, breaks them and mends them: what is shown is always the last state that would be accepted.
func TestFollows(t *testing.T) {
	text, err := os.ReadFile("../../../config/samples/quickstart/quickstart.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "quickstart.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(string(text))
	f, err := New(t.Context(), []string{file}, &manifests.Reader{Namespace: "default"}, logr.Discard())
	if err != nil {
		t.Fatal(err)
	}
	go f.Run(t.Context())
	await := func(what string, is func(*state.State) bool) *state.State {
		t.Helper()
		for deadline := time.Now().Add(timeout); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
			if s, err := f.State(t.Context()); err == nil && is(s) {
				return s
			}
		}
		t.Fatalf("the state is never %s", what)
		return nil
	}
	first := await("read", func(s *state.State) bool { return len(s.Organizations) == 1 && s.Refused == nil })
	write("no: [manifest")
	refused := await("refused", func(s *state.State) bool { return s.Refused != nil })
	if len(refused.Organizations) != 1 || refused.Version == first.Version || !strings.Contains(refused.Refused.Error(), file) {
		t.Errorf("refused is %d organizations: %v", len(refused.Organizations), refused.Refused)
	}
	write(strings.ReplaceAll(string(text), "harbour", "quay"))
	mended := await("mended", func(s *state.State) bool { return s.Refused == nil && s.Version != first.Version })
	if _, has := mended.Organizations[0].Document.Units["quay"]; !has || !mended.Baseline.ReadTime.Equal(first.ReadTime) {
		t.Errorf("the units are %v", mended.Organizations[0].Document.Units)
	}
}

// TestStartsWithWhatIsRefused: a console that is started on manifests with a mistake shows the mistake.
func TestStartsWithWhatIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "broken.yaml")
	if err := os.WriteFile(file, []byte("kind: Role\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := New(t.Context(), []string{file}, &manifests.Reader{Namespace: "default"}, logr.Discard())
	if err != nil {
		t.Fatal(err)
	}
	if s, _ := f.State(t.Context()); s.Refused == nil || len(s.Organizations) != 0 || s.Objects == nil {
		t.Errorf("the state is %+v", s)
	}
}
