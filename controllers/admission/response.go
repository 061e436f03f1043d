// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"
	"net/http"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	decision "github.com/rolewright/rolewright/internal/admission"
)

// answer is what is answered to one request.
type answer struct {
	outcome string
	// code and message are those of a refusal, and err what went wrong.
	code    int32
	message string
	err     error
	// annotations go to the audit log of the API server.
	annotations map[string]string
}

// tryAgain refuses what may be allowed a moment later.
func tryAgain(format string, args ...any) answer {
	return answer{
		outcome: outcomeTryAgain, code: http.StatusTooManyRequests, message: fmt.Sprintf(format, args...) + ": try again",
	}
}

// judgedAnswer is the answer to a write that was judged.
func judgedAnswer(judged *decision.Answer) answer {
	switch {
	case judged.ByRBAC:
		return answer{outcome: outcomeByRBAC, annotations: map[string]string{"decision": "left to RBAC: no role carries an administration rule"}}
	case judged.Allowed:
		return answer{outcome: outcomeAllowed, annotations: annotations("allowed", judged)}
	}
	return answer{
		outcome: outcomeRefused, code: http.StatusForbidden, message: judged.Message, annotations: annotations("refused", judged),
	}
}

// maxAnnotated bounds what is written of one write to the audit log.
const maxAnnotated = 20

// annotations name the acts of a write, each with the rule that allows it or the reason why it is refused.
func annotations(word string, judged *decision.Answer) map[string]string {
	acts := make([]string, 0, min(maxAnnotated, len(judged.Acts)))
	for i := range judged.Acts[:min(maxAnnotated, len(judged.Acts))] {
		acts = append(acts, judged.Acts[i].String())
	}
	if more := len(judged.Acts) - len(acts); more > 0 {
		acts = append(acts, fmt.Sprintf("and %d more", more))
	}
	all := map[string]string{"decision": word}
	if len(acts) > 0 {
		all["acts"] = strings.Join(acts, "\n")
	}
	if rules := judged.Rules(); judged.Allowed && len(rules) > 0 {
		all["rules"] = strings.Join(rules, ", ")
	}
	return all
}

// retryAfter is how many seconds a client waits before it tries again. kubectl and client-go do so by themselves.
const retryAfter = 1

// response is the answer in the API server's words.
func (a answer) response() admission.Response {
	response := admission.Response{AdmissionResponse: admissionv1.AdmissionResponse{Allowed: a.code == 0, AuditAnnotations: a.annotations}}
	if a.code == 0 {
		return response
	}
	status := &metav1.Status{Status: metav1.StatusFailure, Code: a.code, Message: a.message}
	switch a.outcome {
	case outcomeTryAgain:
		status.Reason, status.Details = metav1.StatusReasonTooManyRequests, &metav1.StatusDetails{RetryAfterSeconds: retryAfter}
	case outcomeRefused:
		status.Reason = metav1.StatusReasonForbidden
	default:
		status.Reason, status.Message = metav1.StatusReasonInternalError, a.err.Error()
	}
	response.Result = status
	return response
}
