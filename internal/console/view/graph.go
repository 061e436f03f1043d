// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/rolewright/rolewright/internal/console/state"
)

// Sizes of a graph, in pixels.
const (
	nodeHeight   = 30
	levelHeight  = 74
	nodeGap      = 16
	letterWidth  = 7.6
	nodePadding  = 22
	graphMargin  = 8
	mostLetters  = 34
	mostPerLevel = 12
)

// Graph is how roles inherit each other around one of them: those above it on top, what it inherits below.
type Graph struct {
	Width, Height int
	Nodes         []Node
	Edges         []Edge
	// Omitted counts the roles for which there is no room.
	Omitted int
}

// Node is a role in a graph.
type Node struct {
	Key, Label    string
	X, Y, Width   int
	Self, Missing bool
}

// Middle is the horizontal middle of a node, and Baseline that of its text.
func (n Node) Middle() int { return n.X + n.Width/2 }

// Baseline is where the text of a node stands.
func (n Node) Baseline() int { return n.Y + nodeHeight/2 + 5 }

// Height is that of every node.
func (Node) Height() int { return nodeHeight }

// Edge leads from an heir to what it inherits.
type Edge struct {
	From, To       string
	X1, Y1, X2, Y2 int
	// Adds and Cuts count the permissions that the heir takes over, and that it leaves out.
	Adds, Cuts int
}

// Label says what the heir takes over and leaves out.
func (e Edge) Label() string {
	label := "+" + strconv.Itoa(e.Adds)
	if e.Cuts > 0 {
		label += " −" + strconv.Itoa(e.Cuts)
	}
	return label
}

// LabelX and LabelY are the middle of the edge, where its label stands.
func (e Edge) LabelX() int { return (e.X1 + e.X2) / 2 }

// LabelY is said above.
func (e Edge) LabelY() int { return (e.Y1+e.Y2)/2 + 4 }

// newGraph draws the roles that rank above or below one.
func newGraph(o *state.Organization, key string) *Graph {
	around := map[string]bool{key: true}
	for _, below := range o.Document.Roles[key].Inherits {
		around[below] = true
	}
	for other := range o.Document.Roles {
		if slices.Contains(o.Document.Roles[other].Inherits, key) {
			around[other] = true
		}
	}
	edges, missing := map[string][]Parent{}, map[string]bool{}
	for role := range around {
		for _, parent := range parents(o, role) {
			if parent.Missing && role == key {
				missing[parent.Key] = true
			}
			if around[parent.Key] || missing[parent.Key] {
				edges[role] = append(edges[role], parent)
			}
		}
	}
	maps.Copy(around, missing)
	if len(around) == 1 {
		return nil
	}
	return layOut(key, around, missing, edges)
}

// layOut places every role one level below the lowest of its heirs.
func layOut(key string, around, missing map[string]bool, edges map[string][]Parent) *Graph {
	level := map[string]int{}
	// A circle ends after as many rounds as there are roles.
	for range around {
		for role := range around {
			for _, parent := range edges[role] {
				level[parent.Key] = min(max(level[parent.Key], level[role]+1), len(around))
			}
		}
	}
	rows := map[int][]string{}
	for _, role := range slices.Sorted(maps.Keys(around)) {
		rows[level[role]] = append(rows[level[role]], role)
	}
	g, placed := &Graph{}, map[string]Node{}
	for row, n := range slices.Sorted(maps.Keys(rows)) {
		roles := rows[n]
		slices.SortStableFunc(roles, func(a, b string) int { return cmp.Compare(b2i(a != key), b2i(b != key)) })
		g.Omitted += max(0, len(roles)-mostPerLevel)
		x := graphMargin
		for _, role := range roles[:min(len(roles), mostPerLevel)] {
			node := Node{
				Key: role, Label: shortened(role), X: x, Y: graphMargin + row*levelHeight, Self: role == key, Missing: missing[role],
			}
			node.Width = int(float64(len([]rune(node.Label)))*letterWidth) + nodePadding
			placed[role] = node
			x += node.Width + nodeGap
		}
		g.Width, g.Height = max(g.Width, x-nodeGap+graphMargin), graphMargin+row*levelHeight+nodeHeight+graphMargin
	}
	g.center(placed)
	g.connect(placed, edges)
	return g
}

// center moves every level to the middle.
func (g *Graph) center(placed map[string]Node) {
	right := map[int]int{}
	for _, node := range placed {
		right[node.Y] = max(right[node.Y], node.X+node.Width+graphMargin)
	}
	for _, key := range slices.Sorted(maps.Keys(placed)) {
		node := placed[key]
		node.X += (g.Width - right[node.Y]) / 2
		placed[key] = node
		g.Nodes = append(g.Nodes, node)
	}
	slices.SortStableFunc(g.Nodes, func(a, b Node) int { return cmp.Or(cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X)) })
}

// connect draws the edges between nodes.
func (g *Graph) connect(placed map[string]Node, edges map[string][]Parent) {
	for _, role := range slices.Sorted(maps.Keys(edges)) {
		for _, parent := range edges[role] {
			from, drawn := placed[role]
			to, drawnTo := placed[parent.Key]
			if drawn && drawnTo {
				g.Edges = append(g.Edges, Edge{
					From: role, To: parent.Key, X1: from.Middle(), Y1: from.Y + nodeHeight, X2: to.Middle(), Y2: to.Y,
					Adds: len(parent.Adds), Cuts: len(parent.Cuts),
				})
			}
		}
	}
}

// shortened returns a name with as many letters as a node has room for.
func shortened(name string) string {
	letters := []rune(name)
	if len(letters) <= mostLetters {
		return name
	}
	return string(letters[:mostLetters-1]) + "…"
}
