// No interrupts, no keyboard: nothing to poll.
#include <stdint.h>

static inline void mp_hal_set_interrupt_char(int c) {
}

static inline uint64_t mp_hal_time_ns(void) {
    return 0;
}
