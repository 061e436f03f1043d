// SPDX-License-Identifier: Apache-2.0

package outcome_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/engine/condition/outcome"
)

// mistakes are expressions that nothing makes true, with part of what is said about them.
var mistakes = map[string]string{
	// Numbers of JSON are doubles.
	`resource.properties.amount - 1 <= 10`:                                 `write resource.properties.amount - 1.0`,
	`resource.properties.amount * 2 > 1000`:                                `write resource.properties.amount * 2.0`,
	`1 + subject.properties.level > 3`:                                     `write 1.0 + subject.properties.level`,
	`resource.properties.amount / 2 == 5`:                                  `write resource.properties.amount / 2.0`,
	`resource.properties.number % 2 == 0`:                                  `write int(resource.properties.number) % 2`,
	`size(resource.id) * resource.properties.price > 5`:                    `write double(size(resource.id)) * resource.properties.price`,
	`context.hour + 1u == 5u`:                                              `write context.hour + 1.0`,
	`resource.properties["amount"] - 1 <= 10`:                              `write resource.properties["amount"] - 1.0`,
	`resource.properties.lines.exists(l, l.price * 2 > 10)`:                `write l.price * 2.0`,
	`resource.unit.budget - 1 > 0 && subject.id == "ann"`:                  `write resource.unit.budget - 1.0`,
	`has(resource.properties.a) && resource.properties.a-1>0`:              `write resource.properties.a - 1.0`,
	`action.properties.count + 1 > 2 ? true : false`:                       `write action.properties.count + 1.0`,
	`!(resource.properties.amount + 1 > 2)`:                                `write resource.properties.amount + 1.0`,
	`-resource.properties.amount - 5 > 0`:                                  `write -resource.properties.amount - 5.0`,
	`[1, 2].exists(n, resource.properties.a == resource.properties.b * n)`: `write resource.properties.b * double(n)`,
	// Times of JSON are texts.
	`now < resource.properties.due`:                                  `write now < timestamp(resource.properties.due)`,
	`resource.properties.due >= now`:                                 `write timestamp(resource.properties.due) >= now`,
	`now == resource.properties.due`:                                 `write now == timestamp(resource.properties.due)`,
	`now - resource.properties.since > duration("24h")`:              `write now - timestamp(resource.properties.since)`,
	`resource.properties.length > duration("8h")`:                    `write duration(resource.properties.length) > duration("8h")`,
	`resource.properties.due.getHours() > 8`:                         `write timestamp(resource.properties.due).getHours()`,
	`resource.properties.due.getFullYear("Europe/Berlin") == 2026`:   `write timestamp(resource.properties.due).getFullYear("Europe/Berlin")`,
	`now + resource.properties.grace > now`:                          `write now + duration(resource.properties.grace)`,
	`now in resource.properties.days`:                                `write string(now) in resource.properties.days`,
	`context.times.all(t, t < now) && now > context.at`:              `write now > timestamp(context.at)`,
	`timestamp(resource.properties.due) > resource.properties.start`: `write timestamp(resource.properties.due) > timestamp(resource.properties.start)`,
	// Literals that a function does not take.
	`now.getHours("Europe/Brln") > 8`:                            `there is no time zone "Europe/Brln"`,
	`now.getDayOfWeek("Berlin") in [1, 2]`:                       `there is no time zone "Berlin"`,
	`timestamp(resource.properties.due).getMonth("CEST+2") == 1`: `there is no time zone "CEST+2"`,
	`1 / 0 == resource.properties.n`:                             `always fails`,
	`dyn(1) - dyn("a") == dyn(1)`:                                `dyn(1) - dyn("a") always fails`,
	// Another literal after a time is no time zone.
	`dyn(now) < "2030-01-01"`:     `there is no < for a timestamp and a string: write dyn(now) < timestamp("2030-01-01")`,
	`dyn(now) + dyn(1) == now`:    `there is no + for a timestamp and an int`,
	`dyn(now).contains("2030")`:   `there is no contains for a timestamp and a string`,
	`dyn(now) - dyn("24h") < now`: `write dyn(now) - timestamp(dyn("24h"))`,
	// Types that are never equal.
	`type(resource.properties.n) == int`:                      `a value of JSON is of type`,
	`resource.properties.key == b"abc"`:                       `a value of JSON never equals bytes`,
	`resource.properties.list.exists(x, x == duration("1h"))`: `write duration(x) == duration("1h")`,
	`resource.properties.length == duration("1h")`:            `write duration(resource.properties.length) == duration("1h")`,
	`dyn(1) == dyn("1")`:                                      `an int never equals a string`,
	// No value of one attribute will do.
	`!has(resource.properties.a) && resource.properties.a == "x"`:                                                         ``,
	`resource.properties.a == null && resource.properties.a > 1`:                                                          ``,
	`resource.properties.a == true && resource.properties.a == "x"`:                                                       ``,
	`type(context.a) == string && context.a > 5`:                                                                          ``,
	`context.a.startsWith("x") && "x" in context.a`:                                                                       ``,
	`resource.properties.a == true && resource.properties.a == false`:                                                     ``,
	`subject.properties.teams.contains("a") && subject.properties.teams.size() > 1 && subject.properties.teams[0] == "a"`: ``,
	// No value lies in all bounds.
	`resource.properties.a > 5.0 && resource.properties.a < 3.0`:                                                                   ``,
	`resource.properties.a == "x" && resource.properties.a == "y"`:                                                                 ``,
	`resource.properties.a >= 5 && resource.properties.a < 5`:                                                                      ``,
	`resource.properties["a"] >= 5 && 5u > resource.properties.a`:                                                                  ``,
	`context.a == 5 && context.a != 5.0`:                                                                                           ``,
	`context.a in ["x", "y"] && context.a == "z"`:                                                                                  ``,
	`context.a in ["x", "y"] && context.a in ["z"] && subject.id == "ann"`:                                                         ``,
	`context.a == "x" && context.a.startsWith("y")`:                                                                                ``,
	`subject.id == "ann" && subject.id == "bob"`:                                                                                   ``,
	`action.name == "a" && (action.name == "b" || action.name in ["c", "d"])`:                                                      ``,
	`size(context.list) > 3 && size(context.list) < 2`:                                                                             ``,
	`context.list.size() > 2 && context.list.size() < 3`:                                                                           ``,
	`now > timestamp("2030-01-01T00:00:00Z") && now < timestamp("2029-01-01T00:00:00Z")`:                                           ``,
	`timestamp(context.at) >= timestamp("2030-01-01T00:00:00Z") && timestamp(context.at) < timestamp("2030-01-01T01:00:00+01:00")`: ``,
	`duration(context.length) > duration("1h") && duration(context.length) < duration("60m")`:                                      ``,
	`context.a > 5.0 && has(context.b) && (context.a < 3.0 || context.a == "x")`:                                                   ``,
	`!(resource.properties.a < 5 || resource.properties.a >= 5)`:                                                                   ``,
	// A size is never negative, and months begin at 0.
	`size(context.list) < 0`:                       `size(context.list) < 0 is always false, because a size is never below 0`,
	`context.list.size() < 0`:                      `a size is never below 0`,
	`0 > context.list.size() && subject.id == "a"`: `a size is never below 0`,
	`size(subject.id) == -1`:                       `a size is never below 0`,
	`now.getMonth() == 12`:                         `getMonth() counts from 0, January, to 11, December`,
	`now.getDayOfWeek("Europe/Berlin") == 7`:       `getDayOfWeek() counts from 0, Sunday, to 6, Saturday`,
	`timestamp(context.at).getHours() >= 24`:       `getHours() counts from 0 to 23`,
	// Compared with itself.
	`resource.properties.a != resource.properties.a`: `is always false, because both sides are the same`,
	`subject.id != subject.id`:                       `is always false, because both sides are the same`,
	`context.a / 0.0 < context.a / 0.0`:              `is always false, because both sides are the same`,
	`size(context.a) > size(context.a)`:              `is always false, because both sides are the same`,
	// In nothing.
	`resource.properties.a in []`: `resource.properties.a in [] is always false, because the list is empty`,
	// Constants.
	`false`:                             ``,
	`1 > 2`:                             ``,
	`"a" == "b" && subject.id == "ann"`: ``,
	`subject.id == "ann" && !true`:      ``,
	`"a".startsWith("b")`:               ``,
	`has(subject.id) ? false : true`:    ``,
	`!has(resource.properties)`:         ``,
	`subject.id in []`:                  ``,
	`[].exists(x, x == subject.id)`:     ``,
}

// TestMistakes: every mistake is found, and told with what to write instead.
func TestMistakes(t *testing.T) {
	for expression, want := range mistakes {
		if _, err := condition.Compile(expression); err != nil {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		found := outcome.Of(expression)
		if found.True {
			t.Errorf("%s: may be true: %+v", expression, found)
		}
		if all := strings.Join(found.Problems, "\n"); !strings.Contains(all, want) {
			t.Errorf("%s: is told as\n%s\nwant it to contain\n%s", expression, all, want)
		}
	}
}

// parts are expressions that may be true although a part of them is a mistake, and literals with which they do not even compile.
var parts = map[string]string{
	`subject.id == "boss" || resource.properties.amount - 1 <= 10`: `write resource.properties.amount - 1.0`,
	`resource.properties.list.map(x, x + 1) == [2]`:                `write x + 1.0`,
	`resource.properties.lines.all(l, l.price * 2 < 10)`:           `write l.price * 2.0`,
	`resource.properties.lines.filter(x, x % 2 == 1) == [1]`:       `write int(x) % 2`,
	`resource.properties.due != now`:                               `is always true, because a value of JSON never equals a timestamp`,
	`subject.id == "a" ? now < resource.properties.due : true`:     `write now < timestamp(resource.properties.due)`,
	`resource.properties.due in [now] || subject.id == "a"`:        `write timestamp(resource.properties.due) in [now]`,
	`timestamp("2030-01-01") > now`:                                `write one of RFC 3339`,
	`now < timestamp("2030-13-01T00:00:00Z")`:                      `write one of RFC 3339`,
	`now - timestamp(resource.properties.since) > duration("1d")`:  `write hours, minutes and seconds`,
	`int("one") == resource.properties.n`:                          `int("one") always fails`,
}

// TestParts: a mistake is told even if there are other ways for the expression to be true.
func TestParts(t *testing.T) {
	for expression, want := range parts {
		if all := strings.Join(outcome.Of(expression).Problems, "\n"); !strings.Contains(all, want) {
			t.Errorf("%s: is told as\n%s\nwant it to contain\n%s", expression, all, want)
		}
	}
}

// correct are expressions with which nothing is wrong.
var correct = []string{
	`resource.properties.owner == subject.id`,
	`resource.properties.amount - 1.0 <= 10.0`,
	`resource.properties.amount <= 10`,
	`resource.properties.amount + resource.properties.tax > subject.properties.limit`,
	`resource.properties.amount > 2 * 3`,
	`int(resource.properties.n) % 2 == 0`,
	`double(size(resource.id)) * resource.properties.price > 5.0`,
	`resource.properties.n == 1 || resource.properties.n == 2u`,
	`resource.properties.n in [1, 2, 3]`,
	`-resource.properties.n > 5`,
	`now < timestamp(resource.properties.due)`,
	`timestamp(resource.properties.due) - now < duration("24h")`,
	`now - timestamp(resource.properties.since) > duration(resource.properties.grace)`,
	`now.getHours("Europe/Berlin") >= 9 && now.getHours("Europe/Berlin") < 17`,
	`now.getHours() >= 9`,
	`now.getHours("+02:00") > resource.properties.from`,
	`now.getDayOfWeek(resource.unit.zone) in [1, 2, 3, 4, 5]`,
	`timestamp("2030-01-01T00:00:00Z") > now`,
	`string(now) < "2030"`,
	`subject.id in resource.properties.team`,
	`"blue" in subject.properties.teams`,
	`subject.properties.teams.contains("blue")`,
	`resource.properties.name.matches("^a+$")`,
	`resource.properties.name.lowerAscii().startsWith("a")`,
	`resource.properties.tags == ["a", "b"]`,
	`resource.properties.tags.size() > 0 && resource.properties.tags[0] == "a"`,
	`resource.properties.list[0] == resource.properties.map.key`,
	`resource.properties.map["a b"] == 1`,
	`resource.properties.list[resource.properties.n] == 1`,
	`has(resource.properties.a) && resource.properties.a == true`,
	`!has(resource.properties.a) || resource.properties.a != "archived"`,
	`type(resource.properties.team) == list && subject.id in resource.properties.team`,
	`type(resource.properties.n) == double`,
	`type(resource.properties.a) in [string, list]`,
	`resource.properties.a == null`,
	`resource.properties.a != null`,
	`resource.properties.lines.all(l, l.price > 0)`,
	`resource.properties.lines.exists_one(l, l == subject.id)`,
	`resource.properties.lines.map(l, l.price).exists(p, p > 5)`,
	`resource.properties.lines.filter(l, l.open).size() == 0`,
	`["a", "b"].exists(f, action.name == "profile." + f + ".update")`,
	`sets.contains(subject.properties.teams, ["a"])`,
	`resource.properties.list.exists(x, resource.properties.other.exists(y, x == y))`,
	`directory.isManager(subject.id, resource.properties.owner)`,
	`action.name.split(".")[1] == "name"`,
	`[resource.properties.n][0] == 1`,
	`{"a": resource.properties.n}.a == 1`,
	`(subject.properties.vip ? resource.properties.high : resource.properties.low) > 100`,
	`resource.unit.open`,
	`resource.unit.closed || resource.properties.open`,
	`string(resource.properties.n) == "1"`,
	`dyn(resource.properties.n) == 1`,
	`bool(resource.properties.text)`,
	`context.ip == "::1" && context["mfa"] == true`,
	`resource.properties.a.b.c == "x"`,
	`resource.properties.exists(k, k == "owner")`,
	`resource.type == "order" || resource.id.startsWith("o-")`,
	`subject.properties == resource.properties`,
	`resource.properties.a == resource.properties.b`,
	`resource.properties.list + ["a"] == ["b", "a"]`,
	`resource.properties.first + " " + resource.properties.last == "Ann Lee"`,
	`"%s".format([subject.id]) == "ann"`,
	`resource.properties.a >= 5 && resource.properties.a <= 5`,
	`resource.properties.a > 9007199254740992 && resource.properties.a < 9007199254740994`,
	`resource.properties.a / resource.properties.b != resource.properties.a / resource.properties.b`,
	`subject.id == "ann" && resource.id == "bob"`,
	`resource.properties.a == "x" || resource.properties.a == "y"`,
	`resource.properties.a == "5" || resource.properties.a == 5`,
	`resource.properties.list.exists(x, x == "a") && resource.properties.list.exists(x, x == "b")`,
	`now.getHours() >= 22 || now.getHours() < 6`,
	`size(context.list) > 0 && size(context.list) < 2`,
	`resource.properties.n >= 1 ? resource.properties.a : resource.properties.b`,
}

// TestCorrect: of what is right, nothing is said.
func TestCorrect(t *testing.T) {
	for _, expression := range correct {
		if _, err := condition.Compile(expression); err != nil {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		if found := outcome.Of(expression); !found.True || !found.False || len(found.Problems) > 0 || found.Attribute != "" {
			t.Errorf("%s: %+v", expression, found)
		}
	}
}

// exact are expressions with what becomes of them: T is true, F is false, and E fails. Nothing less may be said, as TestNeverMeansNever
// shows, and of these nothing more.
var exact = map[string]string{
	`true`:                                                     "T",
	`false`:                                                    "F",
	`subject.id == "a"`:                                        "TF",
	`resource.properties.a == "a"`:                             "TFE",
	`resource.properties.a == null`:                            "TFE",
	`subject.properties == resource.unit`:                      "TFE",
	`has(resource.properties.a)`:                               "TF",
	`has(context.a)`:                                           "TF",
	`has(resource.properties.a.b)`:                             "TFE",
	`has({"a": resource.properties.x}.a)`:                      "TFE",
	`subject.id in resource.properties.team`:                   "TFE",
	`false && resource.properties.a`:                           "F",
	`resource.properties.a && false`:                           "F",
	`true || resource.properties.a`:                            "T",
	`!resource.properties.a`:                                   "TFE",
	`resource.properties.a ? true : true`:                      "TE",
	`subject.id == "a" ? true : false`:                         "TF",
	`subject.id == "a" ? false : false`:                        "F",
	`now.getHours() > 8`:                                       "TFE",
	`dyn([1]) == "a"`:                                          "F",
	`dyn([1]) != "a"`:                                          "T",
	`dyn([resource.id]) == [subject.id]`:                       "TFE",
	`dyn(now) == "2030"`:                                       "F",
	`dyn(null) == null`:                                        "T",
	`dyn(1) - dyn("a") == dyn(1)`:                              "E",
	`dyn(now) < "2030-01-01"`:                                  "E",
	`type(subject.id) == string`:                               "T",
	`type(resource.properties.a) == google.protobuf.Timestamp`: "FE",
	`[].exists(x, x == subject.id)`:                            "F",
	`[].all(x, x == subject.id)`:                               "T",
	`["a"].exists(x, x == subject.id)`:                         "TF",
}

func TestExact(t *testing.T) {
	for expression, want := range exact {
		found, got := outcome.Of(expression), ""
		for name, is := range map[string]bool{"T": found.True, "F": found.False, "E": found.Fails} {
			if is {
				got += name
			}
		}
		if len(got) != len(want) || strings.Trim(got, want) != "" {
			t.Errorf("%s: got %s, want %s", expression, got, want)
		}
	}
}

// TestTypes: the types of the resources of which alone an expression may be true.
func TestTypes(t *testing.T) {
	for expression, want := range map[string][]string{
		`resource.type == "site"`:                                      {"site"},
		`"site" == resource.type && resource.properties.a > 1.0`:       {"site"},
		`resource.type in ["site", "ward"]`:                            {"site", "ward"},
		`resource.type == "site" || resource.type == "ward"`:           {"site", "ward"},
		`resource.type == "site" || subject.id == "a"`:                 nil,
		`resource.type != "site"`:                                      nil,
		`resource.type >= "site"`:                                      nil,
		`resource.id == "site"`:                                        nil,
		`!(resource.type != "site")`:                                   {"site"},
		`resource.type == "site" && !(resource.type in ["a", "ward"])`: {"site"},
	} {
		if got := outcome.Of(expression).Types; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", expression, got, want)
		}
	}
}

// TestAttributes: the kinds of values of each attribute with which an expression may be true, and may be false.
func TestAttributes(t *testing.T) {
	type kinds struct{ True, False outcome.Kinds }
	const a, b, all = "resource.properties.a", "resource.properties.b", outcome.JSON
	for expression, want := range map[string]map[string]kinds{
		a + ` == "x"`: {a: {outcome.String, all}},
		a + ` > 5.0`:  {a: {outcome.Double, outcome.Double}},
		a + ` == "x" || ` + a + ` == 1.0 && ` + a + ` == 2.0`: {a: {outcome.String, all}},
		`size(` + a + `) > 1 && ` + b + ` == "x"`: {
			a: {outcome.String | outcome.List | outcome.Map, all}, b: {outcome.String, all},
		},
		`subject.id == "a"`: {},
		`has(` + a + `)`:    {a: {all, 0}},
	} {
		got := map[string]kinds{}
		for written, attribute := range outcome.Of(expression).Attributes {
			if got[written] = (kinds{attribute.True, attribute.False}); strings.Join(attribute.Path, ".") != written {
				t.Errorf("%s: %s has the path %q", expression, written, attribute.Path)
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", expression, got, want)
		}
	}
}
