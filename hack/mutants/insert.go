// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// insertion is text that is put before and after a piece of a file. Nothing is
// ever replaced, and no line is added: line numbers stay as they are.
type insertion struct {
	start, end    int
	before, after string
	// outermost insertions enclose the others around the same piece.
	outermost bool
}

func (c *collector) offset(pos token.Pos) int { return c.mod.fset.Position(pos).Offset }

func (c *collector) text(node ast.Node) string {
	return string(c.file.text[c.offset(node.Pos()):c.offset(node.End())])
}

func (c *collector) underlying(expr ast.Expr) types.Type {
	known := c.pkg.info.Types[expr]
	if known.Type == nil {
		return nil
	}
	return known.Type.Underlying()
}

// wrap records a mutant that puts text before and after a node.
func (c *collector) wrap(operator string, node ast.Node, before, after string) {
	c.insert(operator, node, node, before, after)
}

// insert records a mutant that is shown as one node and changes another.
func (c *collector) insert(operator string, shown, node ast.Node, before, after string) *mutant {
	found := &mutant{
		key: key{
			Package: c.pkg.path, Function: c.function, Operator: operator,
			Source: strings.Join(strings.Fields(c.text(shown)), " "),
		},
		file: c.file, line: c.mod.fset.Position(shown.Pos()).Line,
		insertions: []insertion{{start: c.offset(node.Pos()), end: c.offset(node.End()), before: before, after: after}},
	}
	c.found = append(c.found, found)
	return found
}

func escape(text string) string { return strings.ReplaceAll(text, "%", "%%") }

// number puts the number of a mutant into a text with any number of "%d".
func number(text string, id int) string {
	text = strings.ReplaceAll(text, "%d", strconv.Itoa(id))
	return strings.ReplaceAll(text, "%%", "%")
}

// piece is one of the two texts of an insertion.
type piece struct {
	at     int
	closes bool
	other  int // where the other text is
	order  int
	text   string
}

func comparePieces(a, b piece) int {
	if a.at != b.at {
		return cmp.Compare(a.at, b.at)
	}
	if a.closes != b.closes { // what ends here ends before anything begins
		if a.closes {
			return -1
		}
		return 1
	}
	// The longer piece begins first, and ends last.
	return cmp.Or(cmp.Compare(b.other, a.other), cmp.Compare(a.order, b.order))
}

// instrument returns the text of a file with the given mutants in it, each
// behind its switch.
func instrument(file *sourceFile, mutants []*mutant) []byte {
	var pieces []piece
	for i, m := range mutants {
		for _, in := range m.insertions {
			order := i
			if in.outermost {
				order = -1
			}
			pieces = append(pieces,
				piece{at: in.start, other: in.end, order: order, text: number(in.before, m.id)},
				piece{at: in.end, closes: true, other: in.start, order: -order, text: number(in.after, m.id)})
		}
	}
	slices.SortFunc(pieces, comparePieces)
	var out bytes.Buffer
	last := 0
	for _, p := range pieces {
		out.Write(file.text[last:p.at])
		out.WriteString(p.text)
		last = p.at
	}
	out.Write(file.text[last:])
	return out.Bytes()
}
