// SPDX-License-Identifier: Apache-2.0

package view

import "strconv"

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
