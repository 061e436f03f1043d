// SPDX-License-Identifier: Apache-2.0

package view

import (
	"math/bits"
	"slices"
	"strconv"
)

// PageSize is how many rows a page of a long list has.
const PageSize = 100

// Paging says which rows of a list are shown.
type Paging struct {
	// First and Last count from 1; both are 0 if there are none.
	First, Last, Total int
	// Previous and Next are numbers of pages as parameters, empty if there is none.
	Previous, Next string
}

// paginate returns the rows on a page, whose number counts from 1 and comes out of an address: whatever is none is the first.
func paginate[T any](all []T, number string) ([]T, Paging) {
	return paginateKnown(all, len(all), pageNumber(number))
}

// pageNumber reads the number of a page.
func pageNumber(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// paginateKnown returns the rows on a page of a list, of which at least those up to the page are given.
func paginateKnown[T any](given []T, total, n int) ([]T, Paging) {
	last := max(1, (total+PageSize-1)/PageSize)
	n = min(n, last)
	from, to := (n-1)*PageSize, min(n*PageSize, total)
	p := Paging{First: min(from+1, to), Last: to, Total: total}
	if n > 1 {
		p.Previous = strconv.Itoa(n - 1)
	}
	if n < last {
		p.Next = strconv.Itoa(n + 1)
	}
	return given[from:to], p
}

// paginateSorted returns the rows on a page of a list, as if all of it were sorted. Only the page is.
func paginateSorted[T any](all []T, compare func(a, b T) int, number string) ([]T, Paging) {
	rows, p := paginate(all, number)
	sortPart(all, p.Last-len(rows), p.Last, compare)
	return rows, p
}

// sortPart puts the elements from..to of a list where they would be if all of it were sorted, in the time of a few passes over it.
// The others may be anywhere on their side of them.
func sortPart[T any](list []T, from, to int, compare func(a, b T) int) {
	for rounds := 2 * bits.Len(uint(len(list))); from < to; rounds-- {
		// What is mostly wanted is sorted as a whole, like what bad pivots make no smaller.
		if len(list) <= 4*(to-from) || rounds == 0 {
			slices.SortFunc(list, compare)
			return
		}
		less, greater := partition(list, compare)
		switch {
		case to <= less:
			list = list[:less]
		case from >= greater:
			list, from, to = list[greater:], from-greater, to-greater
		default:
			sortPart(list[:less], from, min(to, less), compare)
			list, from, to = list[greater:], max(from-greater, 0), to-greater
		}
	}
}

// partition moves the elements that are less than one of them before it, and those that are greater behind it. Those from less to
// greater are equal to it.
func partition[T any](list []T, compare func(a, b T) int) (less, greater int) {
	median := []T{list[len(list)/4], list[len(list)/2], list[len(list)*3/4]}
	slices.SortFunc(median, compare)
	greater = len(list)
	for i := 0; i < greater; {
		switch c := compare(list[i], median[1]); {
		case c < 0:
			list[i], list[less] = list[less], list[i]
			less, i = less+1, i+1
		case c > 0:
			greater--
			list[i], list[greater] = list[greater], list[i]
		default:
			i++
		}
	}
	return less, greater
}
