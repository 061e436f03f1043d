// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"
	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// pollInterval is how often it is looked whether the manager has done its part.
const pollInterval = 200 * time.Millisecond

// approvals is what the commands share that ask for approval and decide, in a cluster.
type approvals struct {
	*inputs

	patience time.Duration

	client client.Client
	inside string
	me     v1alpha1.UserID
}

func (a *approvals) addPatience(flags *pflag.FlagSet) {
	flags.DurationVar(&a.patience, "wait", 10*time.Second, "how long to wait until the manager has looked at it; 0 does not wait")
}

// connect reaches the cluster, and finds out in which namespace and as which user.
func (a *approvals) connect(ctx context.Context) error {
	if a.offline() {
		return usagef("requests and decisions live in a cluster: leave out -f")
	}
	var err error
	if a.inside, _, err = a.namespace(); err != nil {
		return err
	}
	if a.client, err = a.newClient(); err != nil {
		return err
	}
	a.me, err = a.whoAmI(ctx)
	return err
}

func (in *inputs) newClient() (client.Client, error) {
	config, err := in.clusterConfig()
	if err != nil {
		return nil, err
	}
	scheme := runtime.NewScheme()
	if err := errors.Join(v1alpha1.AddToScheme(scheme), authenticationv1.AddToScheme(scheme)); err != nil {
		return nil, fmt.Errorf("the kinds that are built in cannot be used: %w", err)
	}
	made, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, fmt.Errorf("cannot reach the cluster: %w", err)
	}
	return made, nil
}

// whoAmI is the user of --as, or whom the API server takes the caller for.
func (a *approvals) whoAmI(ctx context.Context) (v1alpha1.UserID, error) {
	if as := *a.cluster.Impersonate; as != "" {
		return v1alpha1.UserID(as), nil
	}
	review := &authenticationv1.SelfSubjectReview{}
	if err := a.client.Create(ctx, review); err != nil {
		return "", fmt.Errorf("asking the cluster who you are: %w", err)
	}
	return v1alpha1.UserID(review.Status.UserInfo.Username), nil
}

// get reads a request by name.
func (a *approvals) get(ctx context.Context, name string) (*v1alpha1.ApprovalRequest, error) {
	request := &v1alpha1.ApprovalRequest{}
	err := a.client.Get(ctx, client.ObjectKey{Namespace: a.inside, Name: name}, request)
	switch {
	case err == nil:
		return request, nil
	case apierrors.IsNotFound(err) && !meta.IsNoMatchError(err):
		return nil, fmt.Errorf("namespace %s has no ApprovalRequest %q: name another namespace with -n, or see them with requests --all",
			a.inside, name)
	}
	return nil, explainList(err)
}

// until looks at an object until something is so, or patience ends. It tells whether it came to be so.
func (a *approvals) until(ctx context.Context, object client.Object, done func() bool) (bool, error) {
	if a.patience <= 0 {
		return false, nil
	}
	err := wait.PollUntilContextTimeout(ctx, pollInterval, a.patience, true, func(ctx context.Context) (bool, error) {
		if err := a.client.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return false, err
		}
		return done(), nil
	})
	switch {
	case err == nil:
		return true, nil
	case ctx.Err() == nil && wait.Interrupted(err):
		return false, nil
	}
	return false, fmt.Errorf("waiting for the manager: %w", err)
}

// no says why something cannot be done, and ends the command so.
func (in *inputs) no(format string, args ...any) error {
	_, _ = fmt.Fprintf(in.ErrOut, format+"\n", args...)
	return errNo
}

// standing says in one sentence where a request stands.
func standing(request *v1alpha1.ApprovalRequest) string {
	status := &request.Status
	switch {
	case status.State == "":
		return fmt.Sprintf("request %s is not opened yet", request.Name)
	case status.State != v1alpha1.RequestPending:
		return fmt.Sprintf("request %s is %s: %s", request.Name, status.State, status.Message)
	case status.WaitingFor == "":
		return fmt.Sprintf("request %s is Pending: %s", request.Name, status.Message)
	}
	return fmt.Sprintf("request %s waits for %s", request.Name, status.WaitingFor)
}

// unwritten explains why the API server did not take an object.
func unwritten(what string, err error) error {
	switch {
	case meta.IsNoMatchError(err):
		return explainList(err)
	case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
		return fmt.Errorf("you may not %s: %w", what, err)
	}
	return fmt.Errorf("the cluster does not let you %s: %w", what, err)
}
