// Mounts the volume that the emulator was given and runs its /bench.mpy; the exit status is 0 unless that raised.
#include "py/builtin.h"
#include "py/compile.h"
#include "py/gc.h"
#include "py/mperrno.h"
#include "py/runtime.h"
#include "py/stackctrl.h"
#include "shared/runtime/gchelper.h"

static uint32_t heap[HEAP_BYTES / 4];

static const char boot[] =
    "import target,vfs\n"
    "vfs.mount(vfs.VfsLfs2(target.Volume(),progsize=256,readsize=256,lookahead=32),'/')\n"
    "import bench\n";

void exit(int status);

int main(void) {
    mp_stack_ctrl_init();
    mp_stack_set_limit(8 * 1024);
    gc_init(heap, (char *)heap + HEAP_BYTES);
    mp_init();
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        mp_lexer_t *lex = mp_lexer_new_from_str_len(MP_QSTR__lt_stdin_gt_, boot, sizeof(boot) - 1, 0);
        mp_parse_tree_t tree = mp_parse(lex, MP_PARSE_FILE_INPUT);
        mp_call_function_0(mp_compile(&tree, MP_QSTR__lt_stdin_gt_, false));
        nlr_pop();
        return 0;
    }
    mp_obj_t error = MP_OBJ_FROM_PTR(nlr.ret_val);
    if (mp_obj_is_subclass_fast(MP_OBJ_FROM_PTR(mp_obj_get_type(error)), MP_OBJ_FROM_PTR(&mp_type_SystemExit))) {
        mp_obj_t value = mp_obj_exception_get_value(error);
        return value == mp_const_none ? 0 : mp_obj_get_int(value);
    }
    mp_obj_print_exception(&mp_plat_print, error);
    return 1;
}

void gc_collect(void) {
    gc_collect_start();
    gc_helper_collect_regs_and_stack();
    gc_collect_end();
}

void nlr_jump_fail(void *val) {
    mp_printf(&mp_plat_print, "uncaught exception\n");
    exit(2);
}
