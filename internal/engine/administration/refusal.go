// SPDX-License-Identifier: Apache-2.0

package administration

import "fmt"

// Refusal says why a rule does not allow something; the greater Near is, the nearer it came. The zero refusal is none.
type Refusal struct {
	Near   int
	Reason string
}

// Refuse returns a refusal, whose reason is formatted as fmt.Sprintf does.
func Refuse(near int, reason string, values ...any) Refusal {
	return Refusal{Near: near, Reason: fmt.Sprintf(reason, values...)}
}

// How near a rule can come, by what it lacks.
const (
	LacksWord = iota + 1
	LacksPlace
	LacksQualifier
	LacksRole
	LacksScope
)

// Text says in a sentence that something is refused: what a rule lacks that came nearest or, if none came near, what it takes.
func (r Refusal) Text(nearest *Held) string {
	if r.Near <= LacksWord {
		return "none of their administration rules allows it: it takes one with " + r.Reason
	}
	return fmt.Sprintf("%s comes nearest, but %s", nearest, r.Reason)
}

// String names the rule and its role.
func (h *Held) String() string { return fmt.Sprintf("rule %s of role %s", h.Rule.Name, h.Written) }

// Nearest returns the first rule of the actor's that allows something, which a test asks of a rule; or, if none does, the one that
// comes nearest, and what it lacks. The rule is nil if the actor has none.
func (a *Actor) Nearest(test func(*Held) Refusal) (nearest *Held, lacks Refusal) {
	for i := range a.Rules {
		h := &a.Rules[i]
		refused := test(h)
		if refused.Reason == "" {
			return h, refused
		}
		if refused.Near > lacks.Near {
			nearest, lacks = h, refused
		}
	}
	return nearest, lacks
}
