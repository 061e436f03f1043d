// SPDX-License-Identifier: Apache-2.0

package lookup_test

import (
	"context"
	"errors"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/model"
)

// holding is a reader of some objects.
func holding(t *testing.T, objects ...client.Object) client.Reader {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	return fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).Build()
}

// clerk is a role in a state.
func clerk(uid string, generation int64, version string) *v1alpha1.Role {
	return &v1alpha1.Role{ObjectMeta: metav1.ObjectMeta{
		Namespace: "n", Name: "clerk", UID: types.UID(uid), Generation: generation, ResourceVersion: version,
	}}
}

func TestBehind(t *testing.T) {
	byName, anyOfKind := model.Ref{Kind: model.KindRole, Namespace: "n", Name: "clerk"}, model.Ref{Kind: model.KindRole, Namespace: "n"}
	for name, test := range map[string]struct {
		cached, stored *v1alpha1.Role
		behind         bool
	}{
		"neither has it":                     {},
		"only the API server has it":         {nil, clerk("a", 1, "5"), true},
		"only the cache has it":              {clerk("a", 1, "5"), nil, false},
		"both have it":                       {clerk("a", 1, "5"), clerk("a", 1, "5"), false},
		"its status was written":             {clerk("a", 1, "5"), clerk("a", 1, "7"), false},
		"it was written":                     {clerk("a", 1, "5"), clerk("a", 2, "7"), true},
		"it was made again":                  {clerk("a", 2, "5"), clerk("b", 1, "7"), true},
		"the cache has what came later":      {clerk("a", 2, "7"), clerk("a", 1, "5"), false},
		"the cache has another, made later":  {clerk("b", 1, "7"), clerk("a", 2, "5"), false},
		"its generations count what is gone": {clerk("a", 4, "7"), clerk("a", 3, "9"), false},
	} {
		reader := func(role *v1alpha1.Role) client.Reader {
			if role == nil {
				return holding(t)
			}
			return holding(t, role)
		}
		for _, asked := range []model.Ref{byName, anyOfKind} {
			got, err := lookup.Behind(t.Context(), reader(test.cached), reader(test.stored), asked)
			want := model.Ref{}
			if test.behind {
				want = byName
			}
			if got != want || err != nil {
				t.Errorf("%s, %v: the cache lacks %v, and the error is %v", name, asked, got, err)
			}
		}
	}
}

// away is an API server that does not answer.
type away struct{ client.Reader }

var errAway = errors.New("the API server is away")

func (away) Get(context.Context, client.ObjectKey, client.Object, ...client.GetOption) error {
	return errAway
}

func (away) List(context.Context, client.ObjectList, ...client.ListOption) error { return errAway }

// TestBehindIsUnknown: what an API server does not say is not taken for absent.
func TestBehindIsUnknown(t *testing.T) {
	for _, asked := range []model.Ref{{Kind: model.KindRole, Namespace: "n", Name: "clerk"}, {Kind: model.KindStructure, Namespace: "n"}} {
		if _, err := lookup.Behind(t.Context(), holding(t), away{}, asked); !errors.Is(err, errAway) {
			t.Errorf("%v: the error is %v", asked, err)
		}
	}
}
