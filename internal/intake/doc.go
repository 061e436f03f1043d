// SPDX-License-Identifier: Apache-2.0

// Package intake translates custom resources into the model. It is the only translator.
//
// What goes in is typed API objects, as the API server or a file has them; what comes out is model values. It must not
// judge: whatever the objects say, right or wrong, reaches resolve.
package intake
