// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/engine/condition/outcome"
	"github.com/rolewright/rolewright/internal/model"
)

// writtenExpression is an expression that compiles, with where it is written.
type writtenExpression struct {
	object model.Ref
	field  string
	// name is what messages call it: qualifier "own".
	name     string
	outcomes *outcome.Outcomes
}

// stepsOfOutcome are the steps that a part of an expression counts for each time it is evaluated to find what its outcomes are.
const stepsOfOutcome = 4

// withOutcomes returns an expression with its outcomes, which count as if nobody had asked for them before.
func withOutcomes(object model.Ref, field, name string, outcomes *outcome.Outcomes, found *findings) writtenExpression {
	found.work.spend(stepsOfOutcome * outcomes.Steps)
	return writtenExpression{object, field, name, outcomes}
}

// compileError explains why an expression does not compile. Of a literal that a function does not take, the compiler says little.
func compileError(expression string, err error) string {
	if _, untyped := condition.Check(expression); untyped == nil {
		if problems := outcome.Of(expression).Problems; len(problems) > 0 {
			return problems[0]
		}
	}
	return err.Error()
}

// why says what is to be corrected in an expression.
func (w *writtenExpression) why() string {
	switch {
	case len(w.outcomes.Problems) > 0:
		return ": " + w.outcomes.Problems[0]
	case len(w.outcomes.Compared) > 0:
		return fmt.Sprintf(": no value of %s makes it true, because it is compared as %s: correct one of them, "+
			"or join them by || if one is enough", w.outcomes.Attribute, few(w.outcomes.Compared))
	case w.outcomes.Attribute != "":
		return fmt.Sprintf(": no value of %s makes it true", w.outcomes.Attribute)
	}
	return ": correct it, or remove it"
}

// isNever reports whether the expression is never true.
func (w *writtenExpression) isNever() bool { return !w.outcomes.True }

// reportNever finds an expression that is never true, with what follows from that; fails follows if it cannot be evaluated.
func (w *writtenExpression) reportNever(found *findings, never, fails string) {
	switch o := w.outcomes; {
	case o.True:
	case !o.Fails:
		found.warn(w.object, w.field, ReasonConstantExpression, "%s is false of every request, so %s%s", w.name, never, w.why())
	case !o.False:
		found.reject(w.object, w.field, ReasonUnsatisfiableExpression, "%s can never be evaluated, so %s%s", w.name, fails, w.why())
	default:
		found.reject(w.object, w.field, ReasonUnsatisfiableExpression, "%s is true of no request, so %s%s", w.name, never, w.why())
	}
}

// reportAlways finds an expression that is true of every request, with what follows from that.
func (w *writtenExpression) reportAlways(found *findings, always string) {
	if o := w.outcomes; o.True && !o.False && !o.Fails {
		found.warn(w.object, w.field, ReasonConstantExpression, "%s is true of every request, so %s%s", w.name, always, w.why())
	}
}

// reportParts finds a part that can never be evaluated in an expression that may be true without it.
func (w *writtenExpression) reportParts(found *findings) {
	if w.outcomes.True && len(w.outcomes.Problems) > 0 {
		found.warn(w.object, w.field, ReasonUnsatisfiableExpression, "part of %s never holds%s", w.name, w.why())
	}
}

// checkQualifier finds a qualifier that no request meets, or that every one meets.
func (c *compiledCatalog) checkQualifier(q *model.Qualifier, field string, found *findings) {
	w := withOutcomes(c.spec.Ref, field, fmt.Sprintf("qualifier %q", q.Name), outcome.Of(q.Expression), found)
	if w.isNever() {
		c.never[q.Name] = w.outcomes.Fails
	}
	const nothing = "every rule that names it grants nothing"
	w.reportNever(found, nothing, nothing)
	w.reportAlways(found, "it narrows nothing")
	w.reportParts(found)
}

// checkProhibition finds a prohibition that refuses its permissions to everybody, or that refuses nothing.
func (c *compiledCatalog) checkProhibition(p *model.Prohibition, prohibited []string, field string, found *findings) {
	w := withOutcomes(c.spec.Ref, field, fmt.Sprintf("prohibition %q", p.Name), outcome.Of(p.Expression), found)
	if o := w.outcomes; !o.False && len(prohibited) > 0 {
		report, reason := found.reject, ReasonUnsatisfiableExpression
		if !o.Fails {
			report, reason = found.warn, ReasonConstantExpression
		}
		report(w.object, w.field, reason, "%s refused to everybody, because %s is never false%s", are(prohibited), w.name, w.why())
		return
	}
	w.reportNever(found, "it refuses nothing but what it cannot be evaluated for", "it refuses its permissions to everybody")
	w.reportParts(found)
}

// are lists names as the beginning of a sentence in the passive.
func are(names []string) string {
	if len(names) == 1 {
		return names[0] + " is"
	}
	return few(names) + " are"
}

// reportUnsatisfiable finds that a rule names a qualifier which no request meets.
func (r *role) reportUnsatisfiable(name, at, effect string, catalog *compiledCatalog, found *findings) {
	fails, never := catalog.never[name]
	if !never {
		return
	}
	report, reason := found.warn, ReasonConstantExpression
	if fails {
		report, reason = found.reject, ReasonUnsatisfiableExpression
	}
	report(r.spec.Ref, at, reason, "qualifier %q of catalog %q is true of no request, so %s: fix the catalog, or remove it",
		name, catalog.spec.Name, effect)
}

// checkCondition finds a condition of a chain or of one of its steps that no request meets.
func (r *chainReader) checkCondition(chain *model.Chain, field, expression, never, fails string) {
	w := withOutcomes(chain.Ref, field, "the condition", outcome.OfChain(expression), r.found)
	w.reportNever(r.found, never, fails)
	w.reportParts(r.found)
}
