// SPDX-License-Identifier: Apache-2.0

package decide

// wordSize is how many conditions a word has bits for.
const wordSize = 64

// memo holds what the conditions of one decision yield, so that each is evaluated once, however many grants and alternatives ask for
// it. It has bits for the first conditions in itself, so that most decisions allocate nothing.
type memo struct {
	first word
	more  []word
}

// word holds, bit by bit, which conditions were evaluated, and of these which are true and which could not be evaluated.
type word struct{ evaluated, true, failed uint64 }

// of returns the word and the bit of a condition, of so many.
func (m *memo) of(number uint32, conditions int) (*word, uint64) {
	bit := uint64(1) << (number % wordSize)
	if number < wordSize {
		return &m.first, bit
	}
	if m.more == nil {
		m.more = make([]word, (conditions-1)/wordSize)
	}
	return &m.more[number/wordSize-1], bit
}

// keep forgets all but some bits.
func (w *word) keep(bits uint64) {
	w.evaluated &= bits
	w.true &= bits
	w.failed &= bits
}

// Yields returns what a condition yields, and whether it could not be evaluated, which is false. It is evaluated once for a request.
func (d *Decision) Yields(condition uint32) (result, failed bool) {
	w, bit := d.memo.of(condition, len(d.Index.Conditions))
	if w.evaluated&bit == 0 {
		result, failed := d.test(condition)
		w.evaluated |= bit
		if result {
			w.true |= bit
		}
		if failed {
			w.failed |= bit
		}
	}
	return w.true&bit != 0, w.failed&bit != 0
}

// IsTrue reports whether a condition is true. One that cannot be evaluated is not.
func (d *Decision) IsTrue(condition uint32) bool {
	result, _ := d.Yields(condition)
	return result
}

// ForgetAllBut forgets what conditions yielded, but for those of some bits, 64 in each word.
func (d *Decision) ForgetAllBut(conditions []uint64) {
	kept := func(i int) uint64 {
		if i < len(conditions) {
			return conditions[i]
		}
		return 0
	}
	d.memo.first.keep(kept(0))
	for i := range d.memo.more {
		d.memo.more[i].keep(kept(i + 1))
	}
}
