// SPDX-License-Identifier: Apache-2.0

package terminal

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// The choices of when to colour.
const (
	Auto   = "auto"
	Always = "always"
	Never  = "never"
)

// Style colours text. The zero Style leaves it as it is.
type Style struct{ coloured bool }

// NewStyle returns the style of a stream. Auto colours a terminal that is not dumb, unless NO_COLOR is set or CLICOLOR is 0, and
// everything if CLICOLOR_FORCE is set: the conventions of no-color.org and bixense.com/clicolors, the former of which wins.
func NewStyle(choice string, out io.Writer, getenv func(string) string) (Style, error) {
	switch choice {
	case Always:
		return Style{true}, nil
	case Never:
		return Style{}, nil
	case Auto, "":
	default:
		return Style{}, fmt.Errorf("--color %s: write %s, %s or %s", choice, Auto, Always, Never)
	}
	force := getenv("CLICOLOR_FORCE")
	switch {
	case getenv("NO_COLOR") != "":
		return Style{}, nil
	case force != "" && force != "0":
		return Style{true}, nil
	}
	return Style{isTerminal(out) && getenv("TERM") != "dumb" && getenv("CLICOLOR") != "0"}, nil
}

func isTerminal(out io.Writer) bool {
	file, is := out.(*os.File)
	return is && term.IsTerminal(int(file.Fd()))
}

// Width returns how many columns a terminal has; 0 if the stream is none.
func Width(out io.Writer) int {
	file, is := out.(*os.File)
	if !is {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// Good colours a yes, and what is gained. Nothing is said by a colour alone.
func (s Style) Good(text string) string { return s.in("32", text) }

// Bad colours a no, an error, and what is lost.
func (s Style) Bad(text string) string { return s.in("31", text) }

// Caution colours what lies between.
func (s Style) Caution(text string) string { return s.in("33", text) }

// Note colours what is only said.
func (s Style) Note(text string) string { return s.in("36", text) }

// in writes text in a colour of the terminal's own palette, so that it can be read on a light ground and on a dark one.
func (s Style) in(colour, text string) string {
	if !s.coloured || text == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// Verdict colours the word before the first colon if it is one of an answer.
func (s Style) Verdict(text string) string {
	word, rest, found := strings.Cut(text, ":")
	if !found {
		return text
	}
	switch word {
	case "yes", "allowed":
		word = s.Good(word)
	case "no", "refused":
		word = s.Bad(word)
	default:
		return text
	}
	return word + ":" + rest
}
