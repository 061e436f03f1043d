// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/sys/unix"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// onTerminal runs a command whose output is a terminal of 80 columns, and returns what it writes there.
func onTerminal(t *testing.T, line string) string {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("there are no terminals here: ", err)
	}
	defer func() { _ = master.Close() }()
	number, err := unix.IoctlGetUint32(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile("/dev/pts/"+strconv.Itoa(int(number)), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(slave.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}); err != nil {
		t.Fatal(err)
	}
	var errOut bytes.Buffer
	go func() {
		code := Run(t.Context(), append([]string{"rolewright"}, strings.Fields(line)...),
			genericiooptions.IOStreams{In: strings.NewReader(""), Out: slave, ErrOut: &errOut})
		if code > 1 {
			t.Errorf("%s exits with %d: %s", line, code, errOut.String())
		}
		_ = slave.Close()
	}()
	// Once nobody has the other end open, reading fails.
	written, _ := io.ReadAll(master)
	return strings.ReplaceAll(string(written), "\r\n", "\n")
}

// TestTablesFitATerminal: with the samples, every table fits 80 columns; what is asked for with -o wide need not.
func TestTablesFitATerminal(t *testing.T) {
	noCluster(t)
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "1")
	const samples = "-f ../../../config/samples/"
	for _, line := range []string{
		"matrix " + samples + "staffing", "matrix " + samples + "homehealth", "matrix " + samples + "contracts",
		"grants " + samples + "staffing", "grants " + samples + "contracts", "grants --inherited --user ada@sunrise.example " + samples + "homehealth",
		"grants " + samples + "quickstart", "grants " + samples + "homehealth", "grants " + samples + "performance",
		"who-can contracts.view --unit hospital-1 --property contractType=on-call " + samples + "contracts",
		"what-can ada@sunrise.example " + samples + "homehealth",
		"what-can rosa@library.example --property borrower=rosa@library.example " + samples + "quickstart",
		"what-can mark@compass.example --administer -o wide " + samples + "performance",
		"chain contract --requester amy@contracts.example --unit hospital-1 --attribute contractType=on-call --attribute annualValue=250000.01 " + samples + "contracts",
		"chain work-order --requester ora@district.example --unit elm-school " + samples + "workorders",
		"diff --from ../../../config/samples/quickstart --to ../../../docs/examples/library-changed.yaml --at 2030-01-01",
	} {
		written := onTerminal(t, line)
		if strings.Count(written, "\n") < 2 {
			t.Errorf("%s writes only %q", line, written)
		}
		for text := range strings.Lines(written) {
			if width := utf8.RuneCountInString(strings.TrimRight(text, "\n")); width > 80 {
				t.Errorf("%s writes %d columns:\n%s", line, width, text)
			}
		}
	}
}

// TestColoursOnATerminal: a terminal gets colours, unless the environment says otherwise, and JSON never has any.
func TestColoursOnATerminal(t *testing.T) {
	noCluster(t)
	t.Setenv("TERM", "xterm")
	for _, name := range []string{"NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"} {
		t.Setenv(name, "")
	}
	const can = "can lena@library.example loans.create --unit harbour -f ../../../config/samples/quickstart"
	if got := onTerminal(t, can); !strings.HasPrefix(got, "\x1b[32myes\x1b[0m: ") {
		t.Errorf("a terminal gets %q", got)
	}
	for _, line := range []string{can + " -o json", can + " --color never"} {
		if got := onTerminal(t, line); strings.Contains(got, "\x1b") {
			t.Errorf("%s writes %q", line, got)
		}
	}
	t.Setenv("NO_COLOR", "1")
	if got := onTerminal(t, can); strings.Contains(got, "\x1b") {
		t.Errorf("with NO_COLOR a terminal gets %q", got)
	}
}
