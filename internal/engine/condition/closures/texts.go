// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// transformations are the functions of the extension strings that make one text of another.
var transformations = map[string]func(string) string{
	"lowerAscii": func(s string) string { return mapASCII(s, unicode.ToLower) },
	"upperAscii": func(s string) string { return mapASCII(s, unicode.ToUpper) },
	"trim":       strings.TrimSpace,
}

// mapASCII replaces the characters of ASCII. What is no UTF-8 becomes U+FFFD.
func mapASCII(s string, to func(rune) rune) string {
	return strings.Map(func(r rune) rune {
		if r <= unicode.MaxASCII {
			return to(r)
		}
		return r
	}, s)
}

// transformation compiles the call of a function that makes one text of another; nil if it is none.
func transformation(name string, argument eval) eval {
	transform, known := transformations[name]
	if !known {
		return nil
	}
	return func(f *Frame) value {
		v := argument(f)
		result := failure
		if v.kind == text && !f.isOver() {
			result = textOf(transform(v.text))
		}
		f.cost += 1 + traversal(v.size()) + result.size()
		return result
	}
}

// textFunction compiles the call of a function of a text and another argument; nil if it is none.
func textFunction(name string, a, b eval) eval {
	apply, cost := textFunctions[name].apply, textFunctions[name].cost
	if apply == nil {
		return nil
	}
	return func(f *Frame) value {
		x, y := a(f), b(f)
		result := failure
		if x.kind != failed && y.kind != failed && !f.isOver() {
			result = apply(x, y)
		}
		f.cost += cost(x, y, result)
		return result
	}
}

var textFunctions = map[string]struct {
	apply func(a, b value) value
	cost  func(a, b, result value) uint64
}{
	"split": {split, func(a, _, result value) uint64 {
		return 1 + traversal(a.size()+1) + result.size() + listCost
	}},
	"indexOf": {position, func(a, b, _ value) uint64 { return traversal(a.size()*b.size()) + 1 }},
	"substring": {substring, func(a, _, result value) uint64 {
		return 1 + traversal(a.size()) + result.size()
	}},
	"charAt": {character, func(a, _, _ value) uint64 { return 1 + traversal(a.size()) + 1 }},
}

func split(a, b value) value {
	if a.kind != text || b.kind != text {
		return failure
	}
	parts := strings.Split(a.text, b.text)
	items := make([]value, len(parts))
	for i, part := range parts {
		items[i] = textOf(part)
	}
	return listOf(items)
}

// position is the place of a text in another, in characters.
func position(a, b value) value {
	if a.kind != text || b.kind != text {
		return failure
	}
	if !utf8.ValidString(a.text) || !utf8.ValidString(b.text) {
		a, b = textOf(string([]rune(a.text))), textOf(string([]rune(b.text)))
	}
	i := strings.Index(a.text, b.text)
	if i < 0 {
		return integerOf(-1)
	}
	return integerOf(int64(utf8.RuneCountInString(a.text[:i])))
}

// substring is a text from a character on.
func substring(a, b value) value {
	if a.kind != text || b.kind != integer {
		return failure
	}
	runes := []rune(a.text)
	if from := b.integer(); from >= 0 && from <= int64(len(runes)) {
		return textOf(string(runes[from:]))
	}
	return failure
}

// character is one of a text, and the empty text at its end.
func character(a, b value) value {
	if a.kind != text || b.kind != integer {
		return failure
	}
	runes := []rune(a.text)
	switch at := b.integer(); {
	case at == int64(len(runes)):
		return textOf("")
	case at < 0 || at > int64(len(runes)):
		return failure
	default:
		return textOf(string(runes[at]))
	}
}

// ternary compiles a.replace(b, c); nil if the function is another one.
func ternary(name string, arguments []eval) eval {
	if name != "replace" {
		return nil
	}
	return func(f *Frame) value {
		var texts [3]value
		for i, argument := range arguments {
			if texts[i] = argument(f); texts[i].kind == failed {
				if i == len(texts)-1 {
					f.cost += replaceCost(texts, failure)
				}
				return failure
			}
		}
		result := failure
		if texts[0].kind == text && texts[1].kind == text && texts[2].kind == text && !f.isOver() {
			result = textOf(strings.ReplaceAll(texts[0].text, texts[1].text, texts[2].text))
		}
		f.cost += replaceCost(texts, result)
		return result
	}
}

func replaceCost(texts [3]value, result value) uint64 {
	return 1 + traversal(max(texts[0].size(), 1)*max(texts[1].size(), 1)) + result.size()
}
