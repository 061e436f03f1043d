// SPDX-License-Identifier: Apache-2.0

package main

// switchSource is added to each package that is mutated.
const switchSource = `package %s

import (
	"os"
	"strconv"
	"sync"
)

var (
	mutantActive = mutantInit()
	mutantSeen   sync.Map
	mutantFile   = os.Getenv("MUTANT_REACHED")
)

func mutantInit() int {
	id, err := strconv.Atoi(os.Getenv("MUTANT"))
	if err != nil {
		return -1
	}
	return id
}

func mutantOn(id int) bool {
	if mutantFile != "" {
		if _, seen := mutantSeen.LoadOrStore(id, true); !seen {
			mutantRecord(id)
		}
	}
	return id == mutantActive
}

func mutantRecord(id int) {
	file, err := os.OpenFile(mutantFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	if _, err := file.WriteString(strconv.Itoa(id) + "\n"); err != nil {
		panic(err)
	}
}

func mutantZero[T any](id int, value T) T {
	if mutantOn(id) {
		var zero T
		return zero
	}
	return value
}

func mutantFirst[S ~[]E, E any](id int, all S) S {
	if mutantOn(id) && len(all) > 1 {
		return all[:1]
	}
	return all
}

type mutantNumber interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

func mutantNegated[T mutantNumber](id int, value T) T {
	if mutantOn(id) {
		return -value
	}
	return value
}
`
