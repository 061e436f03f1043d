// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"math"

	"github.com/google/cel-go/common"
	"github.com/google/cel-go/common/overloads"
)

// costOf is what a call with two arguments costs.
type costOf func(a, b value) uint64

const listCost = common.ListCreateBaseCost

// traversal is the cost of looking at so many characters.
func traversal(size uint64) uint64 {
	return uint64(math.Ceil(float64(size) * common.StringTraversalCostFactor))
}

func unitCost(value, value) uint64 { return 1 }

// shorterCost is that of looking at the shorter of two values. Texts of at most ten bytes cost one, unless they are empty: nothing has to
// be counted then.
func shorterCost(a, b value) uint64 {
	const most = 10
	if a.kind != list && a.kind != mapping && b.kind != list && b.kind != mapping {
		switch shorter := min(a.bytes(), b.bytes()); {
		case shorter == 0:
			return 0
		case shorter <= most:
			return 1
		}
	}
	return traversal(min(a.size(), b.size()))
}

// bytes is at least the size of a value that is no list and no map.
func (v value) bytes() int {
	if v.kind == text {
		return len(v.text)
	}
	return 1
}

func secondCost(_, b value) uint64 { return traversal(b.size()) }

func productCost(a, b value) uint64 { return traversal(a.size()) * traversal(b.size()) }

// orderCost is the cost of comparing two values by an overload.
func orderCost(overload string) costOf {
	switch overload {
	case overloads.LessString, overloads.LessEqualsString, overloads.GreaterString, overloads.GreaterEqualsString,
		overloads.LessBytes, overloads.LessEqualsBytes, overloads.GreaterBytes, overloads.GreaterEqualsBytes:
		return shorterCost
	default:
		return unitCost
	}
}

// addCost is the cost of arithmetic by an overload.
func addCost(overload string) costOf {
	switch overload {
	case overloads.AddString, overloads.AddBytes:
		return func(a, b value) uint64 { return traversal(a.size() + b.size()) }
	default:
		return unitCost
	}
}

// inCost is the cost of a test for membership by an overload.
func inCost(overload string) costOf {
	if overload == overloads.InList {
		return func(_, b value) uint64 { return b.size() }
	}
	return unitCost
}
