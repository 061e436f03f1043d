// SPDX-License-Identifier: Apache-2.0

package follow_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/follow"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// inParts is a publication of the given texts, each a part.
func inParts(revision int64, texts ...string) (*document.Publication, map[string][]byte) {
	publication := &document.Publication{Schema: document.PublicationSchema, Namespace: "health", Organization: "clinic", Revision: revision}
	parts := map[string][]byte{}
	for i, text := range texts {
		part := document.Part{
			ConfigMap: fmt.Sprintf("part-%d", i), Name: document.PartKey, Digest: document.Digest([]byte(text)), Bytes: len(text),
		}
		publication.Parts, parts[part.Digest] = append(publication.Parts, part), []byte(text)
	}
	return publication, parts
}

// clinicBase is the clinic without units, roles and users.
func clinicBase(t *testing.T, change func(*document.Document)) string {
	t.Helper()
	doc := clinic()
	doc.Chains, doc.Users, doc.Roles, doc.Units, doc.UnitGroups, doc.Groups = nil, nil, nil, nil, nil, nil
	change(doc)
	text, err := publish.Text(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const (
	oneUnit = `{"units":{"clinic":{}}}`
	oneRole = `{"roles":{"nurse":{"permissions":{"read":[{}]}}}}`
	oneUser = `{"users":{"ann":{"grants":[{"role":"nurse","scope":{"everywhere":true,"dimensions":{"shift":{"all":true}}}}]}}}`
)

// ask is a user's question whether they may read in the clinic.
func ask(user string) *access.Request {
	return &access.Request{
		Subject: access.Subject{Type: access.SubjectTypeUser, ID: user}, Action: access.Action{Name: "read"},
		Resource: access.Resource{Type: "chart", Properties: map[string]any{access.PropertyUnit: "clinic", "shift": "day"}},
	}
}

// TestRefusesWhatDoesNotFitTogether: a publication whose parts contradict each other, or its index, is refused, whether it is
// the first or follows another, and the index of before stays until the next that is sound.
func TestRefusesWhatDoesNotFitTogether(t *testing.T) {
	base := clinicBase(t, func(*document.Document) {})
	many := map[string][]string{}
	for i := range 100 {
		many[fmt.Sprintf("d%02d", i)] = []string{"v"}
	}
	for what, parts := range map[string][]string{
		"a role in two parts":    {base, oneUnit, oneRole, `{"roles":{"nurse":{},"clerk":{}}}`, oneUser},
		"a unit in two parts":    {base, oneUnit, oneRole, `{"units":{"clinic":{"kind":"site"},"north":{}}}`, oneUser},
		"a group in two parts":   {base, oneUnit, oneRole, `{"groups":{"board":{"members":["ann"]}}}`, `{"groups":{"board":{"members":["bob"]}}}`, oneUser},
		"a user in two parts":    {base, oneUnit, oneRole, oneUser, `{"users":{"ann":{},"bob":{}}}`},
		"another organization":   {clinicBase(t, func(d *document.Document) { d.Organization = "other" }), oneUnit, oneRole, oneUser},
		"another namespace":      {clinicBase(t, func(d *document.Document) { d.Namespace = "other" }), oneUnit, oneRole, oneUser},
		"another schema":         {clinicBase(t, func(d *document.Document) { d.Schema = "rolewright.dev/permissions/v9" }), oneUnit, oneRole, oneUser},
		"no base":                {oneUnit, oneRole, oneUser},
		"users alone":            {oneUser},
		"too many dimensions":    {clinicBase(t, func(d *document.Document) { d.Dimensions = many }), oneUnit, oneRole, oneUser},
		"a part that is no JSON": {base, oneUnit, oneRole, `{"users":`, oneUser},
	} {
		for _, follows := range []bool{false, true} {
			follower := follow.NewFollower(func() time.Time { return clock })
			update := func(revision int64, texts ...string) (*engine.Index, error) {
				publication, texted := inParts(revision, texts...)
				x, err := follower.Update(publication, func(part document.Part) ([]byte, error) { return texted[part.Digest], nil })
				return (*engine.Index)(x), err
			}
			if follows {
				if _, err := update(1, base, oneUnit, oneRole, oneUser); err != nil {
					t.Fatal(err)
				}
			}
			var unreadable *follow.ReadError
			if _, err := update(2, parts...); err == nil || errors.As(err, &unreadable) {
				t.Errorf("%s, after another %t: error %v", what, follows, err)
			}
			x, err := update(3, base, oneUnit, oneRole, `{"users":{"bob":{"suspended":true}}}`)
			if err != nil {
				t.Fatalf("%s: the next: %v", what, err)
			}
			if x.Revision() != 3 {
				t.Errorf("%s: the next has revision %d", what, x.Revision())
			}
			if got := x.Explain(ask("ann")); got.Decision || !strings.Contains(got.Message, "not a user") {
				t.Errorf("%s: ann, who is gone: %s", what, got.Message)
			}
			if got := x.Explain(ask("bob")); got.Decision || !strings.Contains(got.Message, "suspended") {
				t.Errorf("%s: bob, who is suspended: %s", what, got.Message)
			}
		}
	}
}

// TestRevisionFollows: an index has the revision of its publication, also where nothing else differs, and the one before keeps
// its own.
func TestRevisionFollows(t *testing.T) {
	r, doc := newReader(t), clinic()
	first, _, _ := r.publish(doc)
	second, read, _ := r.publish(doc)
	if read > 0 || first.Revision() != 1 || second.Revision() != 2 {
		t.Errorf("%d parts were read; the revisions are %d and %d", read, first.Revision(), second.Revision())
	}
}

// TestUserWithoutID: a user with an empty id, whom only a damaged publication has, holds nothing.
func TestUserWithoutID(t *testing.T) {
	r, doc := newReader(t), clinic()
	r.publish(doc)
	for _, user := range []document.User{doc.Users["ann"], {Suspended: true}} {
		next := clinic()
		next.Users = maps.Clone(doc.Users)
		next.Users[""] = user
		x, _, _ := r.publish(next)
		compare(t, "with a user without id", x, next)
		if got := x.Explain(ask("")); got.Decision {
			t.Errorf("the user without id: %s", got.Message)
		}
	}
}

// TestUnreadablePartOfTheWhole: when an index is built from the start, the parts that are known are read again; where one cannot
// be, nothing changes.
func TestUnreadablePartOfTheWhole(t *testing.T) {
	follower := follow.NewFollower(func() time.Time { return clock })
	base := clinicBase(t, func(*document.Document) {})
	first, texts := inParts(1, base, oneUnit, oneRole, oneUser)
	if _, err := follower.Update(first, func(part document.Part) ([]byte, error) { return texts[part.Digest], nil }); err != nil {
		t.Fatal(err)
	}
	// The role of a grant goes: the grant does too.
	second, texts := inParts(2, base, oneUnit, `{"roles":{"clerk":{}}}`, oneUser)
	cause := errors.New("gone")
	for _, gone := range []bool{true, false} {
		x, err := follower.Update(second, func(part document.Part) ([]byte, error) {
			if gone && part.ConfigMap == "part-3" {
				return nil, cause
			}
			return texts[part.Digest], nil
		})
		var unreadable *follow.ReadError
		if (err != nil) != gone || errors.As(err, &unreadable) != gone || errors.Is(err, cause) != gone {
			t.Fatalf("with a part that cannot be read %t: error %v", gone, err)
		}
		if !gone && (x.Revision() != 2 || (*engine.Index)(x).Check(ask("ann"))) {
			t.Error("ann reads, though her role no longer does")
		}
	}
}

// TestReadsWhatChangedAlone: where an index can be made of the one before, no part is read that was there.
func TestReadsWhatChangedAlone(t *testing.T) {
	for _, change := range edits {
		if change.whole {
			continue
		}
		before, after := clinic(), clinic()
		change.edit(after)
		known := map[string]bool{}
		follower := follow.NewFollower(func() time.Time { return clock })
		for i, doc := range []*document.Document{before, after} {
			encoded, err := publish.Encode(doc)
			if err != nil {
				t.Fatal(err)
			}
			data, err := encoded.Data("1", int64(i+1), clock)
			if err != nil {
				t.Fatal(err)
			}
			publication, err := document.ParsePublication([]byte(data[document.PublicationKey]))
			if err != nil {
				t.Fatal(err)
			}
			texts := map[string]string{}
			for _, shard := range encoded.Shards {
				texts[shard.Part.Digest] = shard.Text()
			}
			if _, err := follower.Update(publication, func(part document.Part) ([]byte, error) {
				if known[part.Digest] {
					t.Errorf("%s: %s is read again", change.what, part)
				}
				known[part.Digest] = true
				return []byte(texts[part.Digest]), nil
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestPartsStayAsTheyWereRead: a section may be spread over several parts; what they add up to is none of theirs, so that the
// next publication can name them again beside others.
func TestPartsStayAsTheyWereRead(t *testing.T) {
	base := clinicBase(t, func(d *document.Document) {
		d.Prohibitions = map[string]document.Condition{"one": {Expression: "false"}}
		d.Qualifiers = map[string]document.Condition{"one": {Expression: "true"}}
		d.Chains = map[string]document.Chain{"one": {RequestType: "one", Steps: []document.Step{{Name: "only"}}}}
	})
	more := []string{
		base, `{"dimensions":{"zone":["east"]}}`, `{"permissions":{"fly":{}}}`, `{"qualifiers":{"two":{"expression":"true"}}}`,
		`{"prohibitions":{"two":{"expression":"false"}}}`, `{"chains":{"two":{"requestType":"two"}}}`,
		oneUnit, `{"units":{"north":{"parent":"clinic"}}}`, `{"unitGroups":{"a":["north"]}}`, `{"unitGroups":{"b":["north"]}}`,
		oneRole, `{"groups":{"a":{"members":["ann"]}}}`, `{"groups":{"b":{"members":["ann"]}}}`, oneUser,
	}
	follower := follow.NewFollower(func() time.Time { return clock })
	for i, changed := range []string{`{"roles":{"clerk":{}}}`, `{"roles":{"clerk":{"inherits":["nurse"]}}}`, `{"roles":{"chief":{}}}`} {
		publication, texts := inParts(int64(i+1), append(slices.Clip(more), changed)...)
		if _, err := follower.Update(publication, func(part document.Part) ([]byte, error) { return texts[part.Digest], nil }); err != nil {
			t.Fatalf("publication %d: %v", i+1, err)
		}
	}
}
