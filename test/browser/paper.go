// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/ledongthuc/pdf"
)

// Sheet is one sheet of what was printed.
type Sheet struct {
	// Text is all that can be read on it, in the order in which it was drawn and without spaces: lines end on paper where a page says
	// nothing of.
	Text string
	// Outside are the texts that begin beyond its edge.
	Outside []string
}

// Sheets reads what was printed.
func Sheets(tb testing.TB, content []byte) []Sheet {
	tb.Helper()
	reader, err := pdf.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		tb.Fatal(err)
	}
	sheets := make([]Sheet, reader.NumPage())
	for i := range sheets {
		page := reader.Page(i + 1)
		box := page.V.Key("MediaBox")
		s := &scribe{sheet: &sheets[i], right: box.Index(2).Float64(), top: box.Index(3).Float64()}
		s.draw(page.V.Key("Contents"), page.Resources(), transform{1, 0, 0, 1, 0, 0})
		sheets[i].Text = Squeezed(s.text.String())
	}
	return sheets
}

// ligatures are letters that fonts draw as one.
var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st")

// Squeezed returns a text without spaces, and with single letters in place of ligatures.
func Squeezed(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, ligatures.Replace(text))
}

// transform maps points to those of a sheet: a point x, y to ax+cy+e, bx+dy+f.
type transform [6]float64

// in returns the transform of what is drawn by this one within another.
func (t transform) in(o transform) transform {
	return transform{
		t[0]*o[0] + t[1]*o[2], t[0]*o[1] + t[1]*o[3], t[2]*o[0] + t[3]*o[2], t[2]*o[1] + t[3]*o[3],
		t[4]*o[0] + t[5]*o[2] + o[4], t[4]*o[1] + t[5]*o[3] + o[5],
	}
}

// scribe reads the texts of a sheet, and those of the forms that are drawn on it: what is rotated is drawn as one.
type scribe struct {
	sheet      *Sheet
	right, top float64
	text       strings.Builder
}

// draw follows the operators of a content stream.
func (s *scribe) draw(content, resources pdf.Value, within transform) {
	at, line, word := within, within, transform{1, 0, 0, 1, 0, 0}
	var saved []transform
	var font pdf.Font
	pdf.Interpret(content, func(stack *pdf.Stack, operator string) {
		operands := make([]pdf.Value, stack.Len())
		for i := range operands {
			operands[len(operands)-1-i] = stack.Pop()
		}
		switch operator {
		case "q":
			saved = append(saved, at)
		case "Q":
			at, saved = saved[len(saved)-1], saved[:len(saved)-1]
		case "cm":
			at = matrixOf(operands).in(at)
		case "BT":
			line, word = transform{1, 0, 0, 1, 0, 0}, transform{1, 0, 0, 1, 0, 0}
		case "Tm":
			line = matrixOf(operands)
			word = line
		case "Td", "TD":
			line = transform{1, 0, 0, 1, operands[0].Float64(), operands[1].Float64()}.in(line)
			word = line
		case "Tf":
			font = pdf.Font{V: resources.Key("Font").Key(operands[0].Name())}
		case "Tj":
			s.show(font.Encoder().Decode(operands[0].RawString()), word.in(at))
		case "TJ":
			var shown strings.Builder
			for i := range operands[0].Len() {
				if part := operands[0].Index(i); part.Kind() == pdf.String {
					shown.WriteString(font.Encoder().Decode(part.RawString()))
				}
			}
			s.show(shown.String(), word.in(at))
		case "Do":
			if form := resources.Key("XObject").Key(operands[0].Name()); form.Key("Subtype").Name() == "Form" {
				placed := at
				if m := form.Key("Matrix"); m.Len() == len(placed) {
					placed = transform{
						m.Index(0).Float64(), m.Index(1).Float64(), m.Index(2).Float64(), m.Index(3).Float64(), m.Index(4).Float64(), m.Index(5).Float64(),
					}.in(at)
				}
				s.draw(form, form.Key("Resources"), placed)
			}
		}
	})
}

func matrixOf(operands []pdf.Value) transform {
	var t transform
	for i := range t {
		t[i] = operands[i].Float64()
	}
	return t
}

// show notes a text that begins at a place.
func (s *scribe) show(text string, at transform) {
	s.text.WriteString(text)
	if x, y := at[4], at[5]; (x < 0 || y < 0 || x > s.right || y > s.top) && strings.TrimSpace(text) != "" {
		s.sheet.Outside = append(s.sheet.Outside, text)
	}
}
