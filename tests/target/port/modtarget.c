// The module `target`: what a program on the bench needs of the emulated board.
#include <string.h>

#include "extmod/vfs.h"
#include "py/mperrno.h"
#include "py/mphal.h"
#include "py/runtime.h"
#include "chip.h"

// Instructions since reset, modulo 2**30, so that the number is a small one.
static mp_obj_t target_insns(void) {
    return MP_OBJ_NEW_SMALL_INT(instructions() & 0x3fffffff);
}
static MP_DEFINE_CONST_FUN_OBJ_0(target_insns_obj, target_insns);

// Fill `buffer` from the line, waiting for as long as it takes: a chip's stdin does the same.
static mp_obj_t target_receive(mp_obj_t buffer) {
    mp_buffer_info_t into;
    mp_get_buffer_raise(buffer, &into, MP_BUFFER_WRITE);
    for (size_t got = 0; got < into.len; got++) {
        ((uint8_t *)into.buf)[got] = mp_hal_stdin_rx_chr();
    }
    return MP_OBJ_NEW_SMALL_INT(into.len);
}
static MP_DEFINE_CONST_FUN_OBJ_1(target_receive_obj, target_receive);

// True if a byte waits on the line.
static mp_obj_t target_waiting(void) {
    return mp_obj_new_bool(UART->state & 2);
}
static MP_DEFINE_CONST_FUN_OBJ_0(target_waiting_obj, target_waiting);

static mp_obj_t target_send(mp_obj_t buffer) {
    mp_buffer_info_t from;
    mp_get_buffer_raise(buffer, &from, MP_BUFFER_READ);
    mp_hal_stdout_tx_strn(from.buf, from.len);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(target_send_obj, target_send);

// What the microphones' DMA would do: copy recorded hop number `hop` into `buffer`.
static mp_obj_t target_record(mp_obj_t hop, mp_obj_t buffer) {
    mp_buffer_info_t into;
    mp_get_buffer_raise(buffer, &into, MP_BUFFER_WRITE);
    memcpy(into.buf, (uint8_t *)SOUND_BASE + mp_obj_get_int(hop) * into.len, into.len);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(target_record_obj, target_record);

// The flash: a littlefs image that the emulator loaded, in memory outside the heap.
typedef struct {
    mp_obj_base_t base;
} volume_t;

static mp_obj_t volume_make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    static volume_t volume;
    volume.base.type = type;
    return MP_OBJ_FROM_PTR(&volume);
}

static uint8_t *volume_at(const mp_obj_t *args, size_t n_args) {
    size_t at = mp_obj_get_int(args[1]) * VOLUME_BLOCK + (n_args > 3 ? mp_obj_get_int(args[3]) : 0);
    return (uint8_t *)VOLUME_BASE + at;
}

static mp_obj_t volume_readblocks(size_t n_args, const mp_obj_t *args) {
    mp_buffer_info_t into;
    mp_get_buffer_raise(args[2], &into, MP_BUFFER_WRITE);
    memcpy(into.buf, volume_at(args, n_args), into.len);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(volume_readblocks_obj, 3, 4, volume_readblocks);

static mp_obj_t volume_writeblocks(size_t n_args, const mp_obj_t *args) {
    mp_buffer_info_t from;
    mp_get_buffer_raise(args[2], &from, MP_BUFFER_READ);
    memcpy(volume_at(args, n_args), from.buf, from.len);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(volume_writeblocks_obj, 3, 4, volume_writeblocks);

static mp_obj_t volume_ioctl(mp_obj_t self, mp_obj_t operation, mp_obj_t argument) {
    switch (mp_obj_get_int(operation)) {
        case MP_BLOCKDEV_IOCTL_BLOCK_COUNT:
            return MP_OBJ_NEW_SMALL_INT(VOLUME_BLOCKS);
        case MP_BLOCKDEV_IOCTL_BLOCK_SIZE:
            return MP_OBJ_NEW_SMALL_INT(VOLUME_BLOCK);
        case MP_BLOCKDEV_IOCTL_BLOCK_ERASE:
            memset((uint8_t *)VOLUME_BASE + mp_obj_get_int(argument) * VOLUME_BLOCK, 0xff, VOLUME_BLOCK);
            return MP_OBJ_NEW_SMALL_INT(0);
        default:
            return MP_OBJ_NEW_SMALL_INT(0);
    }
}
static MP_DEFINE_CONST_FUN_OBJ_3(volume_ioctl_obj, volume_ioctl);

static const mp_rom_map_elem_t volume_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_readblocks), MP_ROM_PTR(&volume_readblocks_obj) },
    { MP_ROM_QSTR(MP_QSTR_writeblocks), MP_ROM_PTR(&volume_writeblocks_obj) },
    { MP_ROM_QSTR(MP_QSTR_ioctl), MP_ROM_PTR(&volume_ioctl_obj) },
};
static MP_DEFINE_CONST_DICT(volume_locals, volume_locals_table);

static MP_DEFINE_CONST_OBJ_TYPE(
    volume_type, MP_QSTR_Volume, MP_TYPE_FLAG_NONE, make_new, volume_make_new, locals_dict, &volume_locals);

static const mp_rom_map_elem_t target_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_target) },
    { MP_ROM_QSTR(MP_QSTR_insns), MP_ROM_PTR(&target_insns_obj) },
    { MP_ROM_QSTR(MP_QSTR_receive), MP_ROM_PTR(&target_receive_obj) },
    { MP_ROM_QSTR(MP_QSTR_waiting), MP_ROM_PTR(&target_waiting_obj) },
    { MP_ROM_QSTR(MP_QSTR_send), MP_ROM_PTR(&target_send_obj) },
    { MP_ROM_QSTR(MP_QSTR_record), MP_ROM_PTR(&target_record_obj) },
    { MP_ROM_QSTR(MP_QSTR_Volume), MP_ROM_PTR(&volume_type) },
};
static MP_DEFINE_CONST_DICT(target_globals, target_globals_table);

const mp_obj_module_t target_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&target_globals,
};
MP_REGISTER_MODULE(MP_QSTR_target, target_module);
