// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rolewright/rolewright/test/worstcases"
)

// atWork is how much CPU time a command has used once it is in the middle of what takes it seconds. To begin takes less.
const atWork = 300 * time.Millisecond

// TestSignalsEndTheCommand: a signal ends every command at once, in the middle of what it computes or waits for, as the signal does
// that nothing handles: shells report it as 128 and the number of the signal.
func TestSignalsEndTheCommand(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("CPU time is read as Linux shows it")
	}
	program, err := command()
	if err != nil {
		t.Fatal(err)
	}
	text, err := worstcases.Manifests(worstcases.Layers())
	if err != nil {
		t.Fatal(err)
	}
	worst := filepath.Join(t.TempDir(), "worst.yaml")
	write(t, worst, string(text))
	signals := []syscall.Signal{syscall.SIGTERM, syscall.SIGINT}
	for i, line := range []string{
		"validate -f " + worst,
		"diff --from " + worst + " --to " + worst,
		"authorize --as top --from " + worst + " --to " + worst,
		"who-can all.p0000 -f " + worst,
		"serve --listen 127.0.0.1:0 -f " + worst,
		// These wait for more to read.
		"validate -f -",
		"can --request - -f " + sample("quickstart"),
	} {
		t.Run(strings.ReplaceAll(line, worst, "worst.yaml"), func(t *testing.T) {
			t.Parallel()
			sent := signals[i%len(signals)]
			state := interrupt(t, program, strings.Fields(line), sent)
			ended, _ := state.Sys().(syscall.WaitStatus)
			if !ended.Signaled() || ended.Signal() != sent {
				t.Errorf("%s ended the command as %s", sent, state)
			}
		})
	}
}

// interrupt starts a command, sends it a signal once it is at work, and returns how it ended.
func interrupt(t *testing.T, program string, args []string, sent syscall.Signal) *os.ProcessState {
	t.Helper()
	process := exec.CommandContext(t.Context(), program, args...)
	var said bytes.Buffer
	process.Stderr = &said
	input, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(args, "-") {
		// More than a pipe holds: once it is written, the command has read most of it, and waits for more.
		if _, err := input.Write(bytes.Repeat([]byte("\n"), 1<<20)); err != nil {
			t.Fatal(err)
		}
	} else {
		awaitWork(t, process.Process.Pid)
	}
	if err := process.Process.Signal(sent); err != nil {
		t.Fatalf("the command ended before the signal: %v\n%s", err, said.String())
	}
	_ = process.Wait()
	return process.ProcessState
}

func awaitWork(t *testing.T, pid int) {
	t.Helper()
	for end := time.Now().Add(waitTimeout); cpuTime(t, pid) < atWork; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited %s for the command to be at work", waitTimeout)
		}
	}
}

// cpuTime returns the CPU time that a process has used.
func cpuTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	// The name of the program is in parentheses and may have spaces. From the field after it, the times are the 12th and 13th, in
	// hundredths of a second.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	var ticks int
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
