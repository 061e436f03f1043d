// SPDX-License-Identifier: Apache-2.0

package change_test

import (
	"fmt"
	"iter"
	"reflect"
	"testing"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// TestAboutUsers: users are named about whom others may be answered otherwise, together if the same differs of them, and only if an answer
// may depend on it.
func TestAboutUsers(t *testing.T) {
	shifts := []model.Dimension{{Name: "shift", Values: []string{"day", "night"}}}
	onlyCharts := func(w *model.World) {
		for i := range w.Catalog.Permissions {
			w.Catalog.Permissions[i].ResourceTypes = []string{"chart"}
		}
	}
	for name, test := range map[string]struct {
		both, edit func(w *model.World)
		options    change.Options
		want       []change.AboutUsers
	}{
		"home units": {
			edit: func(w *model.World) {
				w.Assignments[0].HomeUnit, w.Assignments[1].HomeUnit, w.Assignments[2].HomeUnit = "icu", "er", "icu"
			},
			want: []change.AboutUsers{
				{What: change.Changed, After: change.Home{Unit: "icu"}, Users: []string{"ann", "cem"}},
				{What: change.Changed, After: change.Home{Unit: "er"}, Users: []string{"ben"}},
			},
		},
		"a home unit that is gone": {
			both: func(w *model.World) { w.Assignments[0].HomeUnit = "icu-1" },
			edit: func(w *model.World) { w.Structures[0].Units = w.Structures[0].Units[:3] },
			want: []change.AboutUsers{{What: change.Changed, Before: change.Home{Unit: "icu-1"}, After: change.Home{Unknown: true}, Users: []string{"ann"}}},
		},
		"an attribute that conditions read of resources, and one that they read of subjects": {
			edit: func(w *model.World) { w.Assignments[0].Attributes = model.Attributes{"nurse": "ben", "level": 4.0} },
			want: []change.AboutUsers{{What: change.Changed, Attributes: []string{"nurse"}, Users: []string{"ann"}}},
		},
		"an attribute that is a value of a dimension": {
			both: func(w *model.World) { w.Catalog.Dimensions = shifts },
			edit: func(w *model.World) { w.Assignments[0].Attributes = model.Attributes{"shift": "day"} },
			want: []change.AboutUsers{{What: change.Changed, Attributes: []string{"shift"}, Users: []string{"ann"}}},
		},
		"where nothing is about users": {
			both: onlyCharts, edit: func(w *model.World) { w.Assignments[0].HomeUnit = "icu" },
		},
		"where users have another word": {
			both: func(w *model.World) {
				onlyCharts(w)
				w.Catalog.SubjectTypes, w.Catalog.Permissions[0].ResourceTypes = []string{"person"}, []string{"person"}
			},
			edit: func(w *model.World) { w.Assignments[0].HomeUnit = "icu" },
			want: []change.AboutUsers{{What: change.Changed, After: change.Home{Unit: "icu"}, Users: []string{"ann"}}},
		},
		"one user who is asked about": {
			edit:    func(w *model.World) { w.Assignments[0].HomeUnit, w.Assignments[1].HomeUnit = "icu", "icu" },
			options: change.Options{Users: []string{"ben"}},
			want:    []change.AboutUsers{{What: change.Changed, After: change.Home{Unit: "icu"}, Users: []string{"ben"}}},
		},
		"a role that is asked about": {
			edit:    func(w *model.World) { w.Assignments[0].HomeUnit = "icu" },
			options: change.Options{Roles: []string{"nurse"}},
		},
	} {
		was, is := clinic(), clinic()
		for _, world := range []*model.World{was, is} {
			if test.both != nil {
				test.both(world)
			}
		}
		test.edit(is)
		test.options.At = clock
		if got := between(t, was, is, test.options).About; len(got)+len(test.want) > 0 && !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

// TestAboutUsersOfUpdates: of two resolutions one of which was updated from the other, only the users who were read again are compared, and
// the result is the same.
func TestAboutUsersOfUpdates(t *testing.T) {
	world := clinic()
	for i := range 500 {
		world.Assignments = append(world.Assignments, assignment(fmt.Sprintf("user-%03d", i)))
	}
	was := resolve.Organization(world)
	world.Assignments[7].HomeUnit = "icu"
	user := world.Assignments[7].User
	is := resolve.Preview(was, world, model.OfUsers(func(yield func(string) bool) { yield(user) }), listed(world.Assignments))
	difference, err := change.Between(was, is, change.Options{At: clock})
	if err != nil {
		t.Fatal(err)
	}
	want := []change.AboutUsers{{What: change.Changed, After: change.Home{Unit: "icu"}, Users: []string{user}}}
	if !reflect.DeepEqual(difference.About, want) {
		t.Errorf("%+v, want %+v", difference.About, want)
	}
}

// listed are assignments of which each is of another user. It implements resolve.Assignments.
type listed []model.Assignment

func (l listed) Len() int { return len(l) }

func (l listed) Of(difference model.Difference) iter.Seq2[string, []*model.Assignment] {
	return func(yield func(string, []*model.Assignment) bool) {
		for i := range l {
			if difference.Includes(l[i].User) && !yield(l[i].User, []*model.Assignment{&l[i]}) {
				return
			}
		}
	}
}
