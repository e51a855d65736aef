//go:build !unix

package symbols

import "reflect"

// unix has nothing here: package log/syslog does not exist on this system.
func unix(string) map[string]reflect.Value { return nil }
