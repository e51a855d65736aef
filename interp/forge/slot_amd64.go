package forge

// slotStride is the length of an entry in slot_amd64.s.
const slotStride = 9
