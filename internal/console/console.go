// SPDX-License-Identifier: Apache-2.0

package console

import (
	"context"
	"net/http"
	"time"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/console/login"
	"github.com/rolewright/rolewright/internal/console/state"
)

// Source has what is shown.
type Source interface {
	// State returns the latest state that the person of a request may see. The error says what they lack.
	State(ctx context.Context) (*state.State, error)
}

// Options are what a console is made of.
type Options struct {
	Source Source
	// People tells who looks, and acts as them; nil if the pages come from manifests, which no page changes.
	People People
	// Login logs people in, who see nothing without; nil if everyone who reaches the console may see all of it.
	Login *login.Login
	// Host is the one that browsers must name; empty stands for the names of this machine.
	Host string
	// Ready returns why the console cannot serve pages yet; nil stands for a console that always can.
	Ready func(context.Context) error
	// Clock returns the time; nil stands for time.Now.
	Clock func() time.Time
	// Log receives errors that are not the person's.
	Log logr.Logger
	// FormKey makes the tokens of forms; empty for a key of this process alone.
	FormKey []byte
	// Footer says at the bottom of every page where the state comes from.
	Footer string
}

// console serves the pages.
type console struct {
	Options
	templates *templates
	tokens    *tokens
	// comparing holds an element while states are compared.
	comparing chan struct{}
}

// New returns a handler that serves the pages.
func New(options Options) (http.Handler, error) {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	t, err := newTemplates()
	if err != nil {
		return nil, err
	}
	c := &console{Options: options, templates: t, tokens: newTokens(options.FormKey), comparing: make(chan struct{}, 1)}
	pages := c.routes()
	if c.Login != nil {
		pages = c.forThoseLoggedIn(pages)
	}
	return c.probes(secure(pages, options.Host)), nil
}
