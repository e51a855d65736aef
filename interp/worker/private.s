// This file lets private.go declare a function without a body (it is linked by name).
