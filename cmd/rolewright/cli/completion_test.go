// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
)

// asProgram makes the test's own program behave as the command, for tests in which a shell calls it.
const asProgram = "ROLEWRIGHT_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if name := os.Getenv(asProgram); name != "" {
		streams := genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}
		os.Exit(cli.Run(context.Background(), append([]string{name}, os.Args[1:]...), streams))
	}
	os.Exit(m.Run())
}

// program writes a script that runs the command under a name, and returns its path.
func program(t *testing.T, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	script := "#!/bin/sh\n" + asProgram + "=" + name + " exec '" + self + "' \"$@\"\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// completing returns the program that bash completes, with the script that it wrote beside it.
func completing(t *testing.T) string {
	t.Helper()
	path := program(t, "rolewright")
	script, err := exec.CommandContext(t.Context(), path, "completion", "bash").Output()
	if err == nil {
		err = os.WriteFile(filepath.Join(filepath.Dir(path), "script"), script, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// bash completes a line as an interactive bash does, with the cursor at its end: it splits the line at COMP_WORDBREAKS, calls the function
// that is registered for the program, and puts a reply in place of what follows the last break. It returns the lines that result.
func bash(t *testing.T, rolewright, line string) []string {
	t.Helper()
	const script = `
source "$1" || exit 9
COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDS=() word=
for ((i = 0; i < ${#COMP_LINE}; i++)); do
  c=${COMP_LINE:i:1}
  case $c in
    ' ') if [[ -n $word ]]; then COMP_WORDS+=("$word"); word=; fi ;;
    [@:=]) if [[ -n $word ]]; then COMP_WORDS+=("$word"); word=; fi; COMP_WORDS+=("$c") ;;
    *) word+=$c ;;
  esac
done
if [[ -n $word || ${COMP_LINE: -1} == ' ' ]]; then COMP_WORDS+=("$word"); fi
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
registered=$(complete -p rolewright) || exit 8
registered=${registered##*-F } registered=${registered%% *}
"$registered"
for reply in "${COMPREPLY[@]}"; do
  case ${COMP_WORDS[COMP_CWORD]} in
    [@:=]) printf '%s\n' "$COMP_LINE$reply" ;;
    *) printf '%s\n' "${COMP_LINE%"${COMP_WORDS[COMP_CWORD]}"}$reply" ;;
  esac
done
`
	command := exec.CommandContext(t.Context(), "bash", "--norc", "--noprofile", "-c", script, "bash", filepath.Join(filepath.Dir(rolewright), "script"), line)
	var out, messages bytes.Buffer
	command.Env = append(os.Environ(), "PATH="+filepath.Dir(rolewright)+":"+os.Getenv("PATH"))
	command.Stdout, command.Stderr = &out, &messages
	if err := command.Run(); err != nil || messages.Len() > 0 {
		t.Fatalf("%s: %v: %s", line, err, messages.String())
	}
	return strings.FieldsFunc(out.String(), func(r rune) bool { return r == '\n' })
}

func TestCompletionInBash(t *testing.T) {
	rolewright := completing(t)
	const from = " -f ../../../config/samples/quickstart "
	for _, test := range []struct {
		line string
		want string
	}{
		{"can le", "can lena@library.example"},
		{"can lena@", "can lena@library.example"},
		{"can lena@lib", "can lena@library.example"},
		{"can lena@library.example loans.c", "can lena@library.example loans.create"},
		{"can lena@library.example give cu", "can lena@library.example give curator"},
		{"can lena@library.example give curator ", "can lena@library.example give curator to"},
		{"can lena@library.example take curator from ka", "can lena@library.example take curator from karl@library.example"},
		{"explain lena@library.example loans.create --unit ha", "explain lena@library.example loans.create --unit harbour"},
		{"explain lena@library.example loans.create --unit=ha", "explain lena@library.example loans.create --unit=harbour"},
		{"who-can collection.w", "who-can collection.withdraw"},
		{"what-can ro", "what-can rosa@library.example"},
		{"what-can rosa@library.example ", ""},
		{"rbac ro", "rbac rosa@library.example"},
		{"matrix --role cu", "matrix --role curator"},
		{"matrix --section co", "matrix --section collection"},
		{"matrix -O q", "matrix -O quickstart"},
		{"matrix -n q", "matrix -n quickstart"},
		{"matrix -o mark", "matrix -o markdown"},
		{"validate --fail-on w", "validate --fail-on warning"},
		{"what-ca", "what-can"},
		{"matrix --role nobody", ""},
	} {
		// The manifests are named first, so that the cursor is at the end.
		command, rest, _ := strings.Cut(test.line, " ")
		line, want := "rolewright"+from+command, ""
		if rest != "" {
			line += " " + rest
		}
		if test.want != "" {
			want = "rolewright" + from + test.want
		}
		if got := strings.Join(bash(t, rolewright, line), ";"); got != want {
			t.Errorf("%s: got %q, want %q", test.line, got, want)
		}
	}
}

// TestCompletionIsSilent: what cannot be read completes nothing, and says nothing.
func TestCompletionIsSilent(t *testing.T) {
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	rolewright := completing(t)
	for _, line := range []string{
		"rolewright can ", "rolewright -f /nonexistent can ", "rolewright matrix -n ", "rolewright -f - can ",
		"rolewright --kubeconfig /nonexistent approve ",
	} {
		if got := bash(t, rolewright, line); len(got) > 0 {
			t.Errorf("%s: got %q", line, got)
		}
	}
}

// TestCompletionOfThePlugin: kubectl calls a program of its own name for what follows "kubectl rolewright".
func TestCompletionOfThePlugin(t *testing.T) {
	plugin := program(t, "kubectl_complete-rolewright")
	out, err := exec.CommandContext(t.Context(), plugin, "-f", "../../../config/samples/quickstart", "what-can", "ka").Output()
	if err != nil || !strings.HasPrefix(string(out), "karl@library.example") || !strings.HasSuffix(string(out), ":4\n") {
		t.Errorf("got %v: %s", err, strconv.Quote(string(out)))
	}
}
