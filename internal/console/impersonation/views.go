// SPDX-License-Identifier: Apache-2.0

package impersonation

import (
	"context"
	"sync"
	"time"

	"github.com/rolewright/rolewright/internal/console/login"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
)

// View keeps what one set of rights lets people read.
type View interface {
	Run(ctx context.Context)
	State(ctx context.Context) (*state.State, error)
}

const (
	// idle is after how long without a look a view ends.
	idle = 10 * time.Minute
	// unwatched is after how long without a look a view may end in favour of another one: open pages look every other second.
	unwatched = time.Minute
	// tidyPeriod is how often that is looked at.
	tidyPeriod = time.Minute
)

// view is a View that runs.
type view struct {
	View
	// as is whose rights it reads with.
	as   identity
	stop context.CancelFunc
	used time.Time
}

// views are those that run.
type views struct {
	mutex    sync.Mutex
	byRights map[string]*view
	// run lets a view run until all end; nil before Run, and after it.
	run func(View) (stop context.CancelFunc)
}

// Run lets views run until the context ends, and ends those that nobody looks at.
func (p *People) Run(ctx context.Context) {
	var running sync.WaitGroup
	p.views.setRun(func(v View) context.CancelFunc {
		one, stop := context.WithCancel(ctx)
		running.Go(func() { v.Run(one) })
		return stop
	})
	tidy := time.NewTicker(tidyPeriod)
	defer tidy.Stop()
	for {
		select {
		case <-ctx.Done():
			p.views.setRun(nil)
			running.Wait()
			return
		case now := <-tidy.C:
			p.views.endIdle(now)
		}
	}
}

func (v *views) setRun(run func(View) context.CancelFunc) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.run = run
}

// endIdle ends the views that have not been looked at for a while.
func (v *views) endIdle(now time.Time) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	for key, one := range v.byRights {
		if now.Sub(one.used) >= idle {
			one.stop()
			delete(v.byRights, key)
		}
	}
}

// endOne ends the view that was looked at the longest ago, unless someone has a page of it open; the mutex is held.
func (v *views) endOne(now time.Time) bool {
	oldest := ""
	for key, one := range v.byRights {
		if now.Sub(one.used) >= unwatched && (oldest == "" || one.used.Before(v.byRights[oldest].used)) {
			oldest = key
		}
	}
	if oldest == "" {
		return false
	}
	v.byRights[oldest].stop()
	delete(v.byRights, oldest)
	return true
}

// State implements console.Source: the state that the person of the session may read.
func (p *People) State(ctx context.Context) (*state.State, error) {
	session := login.FromContext(ctx)
	if session == nil {
		return nil, texts.ErrNobody
	}
	who := identityOf(session)
	r, err := p.rightsOf(ctx, who)
	if err != nil {
		return nil, err
	}
	shared, err := p.view(ctx, who, r)
	if err != nil {
		return nil, err
	}
	return shared.State(ctx)
}

// view returns the view of a set of rights. One that reads as a person who has other rights by now is replaced by one that reads as this
// person: it would soon show less, or as long as its watches last, too much.
func (p *People) view(ctx context.Context, who identity, r *rights) (*view, error) {
	p.views.mutex.Lock()
	shared := p.views.byRights[r.key]
	p.views.mutex.Unlock()
	stale := false
	if shared != nil && shared.as.key() != who.key() {
		theirs, err := p.rightsOf(ctx, shared.as)
		stale = err != nil || theirs.key != r.key
	}
	p.views.mutex.Lock()
	defer p.views.mutex.Unlock()
	current := p.views.byRights[r.key]
	if current != nil && (!stale || current != shared) {
		current.used = time.Now()
		return current, nil
	}
	if current != nil {
		current.stop()
		delete(p.views.byRights, r.key)
	}
	return p.start(who, r)
}

// start makes a view; the mutex is held.
func (p *People) start(who identity, r *rights) (*view, error) {
	if p.views.run == nil {
		return nil, texts.ErrNotRunning
	}
	if len(p.views.byRights) >= p.options.MostViews && !p.views.endOne(time.Now()) {
		return nil, texts.TooManyViews(p.options.MostViews)
	}
	config, err := p.config(who)
	if err != nil {
		return nil, err
	}
	made, err := p.options.NewView(config, r.namespaces, p.options.Log)
	if err != nil {
		return nil, err
	}
	started := &view{View: made, as: who, stop: p.views.run(made), used: time.Now()}
	p.views.byRights[r.key] = started
	return started, nil
}
