// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

func drawRequests(t *rapid.T, world *model.World, count int) []*access.Request {
	requests := make([]*access.Request, count)
	for i := range requests {
		requests[i] = drawRequest(t, world)
	}
	return requests
}

// drawRequest draws a request that mostly makes sense.
func drawRequest(t *rapid.T, world *model.World) *access.Request {
	request := &access.Request{
		Subject: access.Subject{Type: "user", ID: one(t, "subject", usersOf(world)), Properties: drawAttributes(t)},
		Action:  access.Action{Name: one(t, "action", permissionsOf(world))},
		Resource: access.Resource{
			Type: rapid.SampledFrom([]string{"doc", "site", "ward", "doc", ""}).Draw(t, "type"), ID: one(t, "resource", unitsOf(world)),
			Properties: drawAttributes(t),
		},
	}
	if sometimes(t, "about a user") {
		request.Resource.Type, request.Resource.ID = "user", one(t, "about", usersOf(world))
	}
	if len(world.Catalog.SubjectTypes) > 0 {
		request.Subject.Type = rapid.SampledFrom(world.Catalog.SubjectTypes).Draw(t, "subject's word")
	}
	if rarely(t, "not a user") {
		request.Subject.Type = rapid.SampledFrom([]string{"service", "", "User"}).Draw(t, "subject's type")
	}
	if sometimes(t, "owned") {
		request.Resource.Properties["owner"] = rapid.SampledFrom([]any{"ann", "ben", "cem", "dia", "a9", 3.0, request.Subject.ID}).Draw(t, "owner")
	}
	if !sometimes(t, "in the root") {
		request.Resource.Properties["unit"] = one(t, "unit", unitsOf(world))
	}
	for _, dimension := range world.Catalog.Dimensions {
		if !sometimes(t, "no "+dimension.Name) {
			request.Resource.Properties[dimension.Name] = one(t, dimension.Name, dimension.Values)
		}
	}
	if rarely(t, "odd property") {
		name := rapid.SampledFrom([]string{"unit", "d1", "d2", "owner"}).Draw(t, "odd")
		request.Resource.Properties[name] = rapid.SampledFrom([]any{"", nil, 1.0, true, []any{"u1"}, map[string]any{"u1": "v1"}}).Draw(t, "is")
	}
	if sometimes(t, "context") {
		request.Context = map[string]any{"mfa": rapid.Bool().Draw(t, "mfa")}
	}
	if rarely(t, "frozen") {
		request.Context = map[string]any{"frozen": rapid.SampledFrom([]any{false, true, "no"}).Draw(t, "is frozen")}
	}
	if sometimes(t, "reason") {
		request.Action.Properties = map[string]any{"reason": "care"}
	}
	if len(request.Resource.Properties) == 0 {
		request.Resource.Properties = nil
	}
	if len(request.Subject.Properties) == 0 {
		request.Subject.Properties = nil
	}
	return request
}
