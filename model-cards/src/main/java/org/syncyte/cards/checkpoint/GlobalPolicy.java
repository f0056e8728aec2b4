package org.syncyte.cards.checkpoint;

import java.util.Set;

/// Which Python names a pickle may mention.
///
/// `ALLOWED` names are those that a saved model is made of. `DANGEROUS` names run code, open files
/// or sockets, or reach other names: a file that mentions one is refused, since a Python user who
/// loads it would execute it. Anything else is `UNKNOWN`: it stays an inert node here, and a hub
/// decides by its own policy.
public enum GlobalPolicy {
  ALLOWED,
  UNKNOWN,
  DANGEROUS;

  private static final Set<String> BUILTINS =
      Set.of(
          "bool",
          "bytearray",
          "bytes",
          "complex",
          "dict",
          "float",
          "frozenset",
          "int",
          "list",
          "object",
          "range",
          "set",
          "slice",
          "str",
          "tuple",
          "unicode",
          "long");

  private static final Set<String> DANGEROUS_ROOTS =
      Set.of(
          ("__main__ _io _posixsubprocess _pickle _thread _winreg aiohttp antigravity asyncio bdb"
                  + " cProfile cPickle cffi cloudpickle code codeop commands concurrent ctypes"
                  + " dbm dill distutils doctest ensurepip fileinput ftplib glob httplib http"
                  + " httpx imaplib imp importlib inspect io joblib jsonpickle linecache"
                  + " logging mailbox mailcap marshal mmap modulefinder multiprocessing nt"
                  + " ntpath os paramiko pdb pickle pickletools pip pkgutil platform"
                  + " popen2 poplib posix posixpath profile pty py_compile pydoc requests runpy"
                  + " sched select setuptools shelve shutil signal site smtplib socket"
                  + " socketserver SocketServer sqlite3 ssl subprocess sys sysconfig tempfile"
                  + " telnetlib test threading timeit trace tty turtle unittest urllib urllib2"
                  + " urllib3 venv webbrowser wsgiref xmlrpc zipapp zipfile zipimport")
              .split(" "));

  private static final Set<String> DANGEROUS_NAMES =
      Set.of(
          "operator.attrgetter",
          "operator.itemgetter",
          "operator.methodcaller",
          "_operator.attrgetter",
          "_operator.itemgetter",
          "_operator.methodcaller",
          "types.CodeType",
          "types.FunctionType",
          "types.ModuleType",
          "types.LambdaType",
          "functools.partial",
          "functools.reduce",
          "_functools.partial",
          "_functools.reduce",
          "torch.load",
          "torch.save",
          "torch.compile",
          "torch.classes",
          "torch.ops",
          "numpy.load",
          "numpy.save",
          "numpy.fromfile",
          "numpy.memmap",
          "numpy.f2py",
          "pandas.read_pickle",
          "pandas.eval",
          "copy_reg._reconstructor.__globals__");

  private static final Set<String> DANGEROUS_PACKAGES =
      Set.of(
          "torch.hub",
          "torch.utils",
          "torch.package",
          "torch.jit",
          "torch.distributed",
          "torch.multiprocessing",
          "torch.serialization",
          "torch._dynamo",
          "torch._inductor",
          "torch.testing",
          "numpy.testing",
          "numpy.f2py",
          "numpy.distutils",
          "numpy.lib.npyio",
          "pandas.io",
          "pandas.core.computation");

  private static final Set<String> ALLOWED_NAMES =
      Set.of(
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_tensor",
          "torch._utils._rebuild_parameter",
          "torch.nn.parameter.Parameter",
          "torch._tensor._rebuild_from_type_v2",
          "torch.Size",
          "torch.device",
          "torch.serialization._get_layout",
          "torch.storage.UntypedStorage",
          "torch.storage.TypedStorage",
          "torch.Tensor",
          "numpy.core.multiarray._reconstruct",
          "numpy._core.multiarray._reconstruct",
          "numpy.core.multiarray.scalar",
          "numpy._core.multiarray.scalar",
          "numpy.ndarray",
          "numpy.dtype",
          "numpy._core.numeric._frombuffer",
          "numpy.core.numeric._frombuffer",
          "_codecs.encode",
          "pandas.DataFrame",
          "pandas.Index",
          "pandas.RangeIndex",
          "pandas.StringDtype",
          "pandas.arrays.StringArray",
          "copyreg._reconstructor",
          "decimal.Decimal");

  /// Packages whose compiled constructors have such names.
  private static final Set<String> COMPILED = Set.of("numpy.random", "pandas._libs");

  private static final Set<String> TORCH_DTYPES =
      Set.of(
          "float16",
          "float32",
          "float64",
          "bfloat16",
          "uint8",
          "int8",
          "int16",
          "int32",
          "int64",
          "bool",
          "strided");

  /// The verdict on `module.name`, spelled as in the file.
  public static GlobalPolicy of(String module, String name) {
    var full = module + "." + name;
    // A dotted name makes Python walk attributes, which reaches other modules.
    if (name.isEmpty()
        || name.indexOf('.') >= 0
        || name.startsWith("__") && !within(module, COMPILED)) {
      return DANGEROUS;
    }
    if (module.equals("builtins")
        || module.equals("__builtin__")
        || module.equals("__builtins__")) {
      return BUILTINS.contains(name) ? ALLOWED : DANGEROUS;
    }
    if (ALLOWED_NAMES.contains(full)) {
      return ALLOWED;
    }
    int dot = module.indexOf('.');
    var root = dot < 0 ? module : module.substring(0, dot);
    if (DANGEROUS_ROOTS.contains(root)
        || DANGEROUS_NAMES.contains(full)
        || within(module, DANGEROUS_PACKAGES)
        || within(full, DANGEROUS_PACKAGES)) {
      return DANGEROUS;
    }
    return switch (root) {
      case "torch" -> torch(module, name);
      case "numpy" -> within(module, Set.of("numpy.random", "numpy.dtypes")) ? ALLOWED : UNKNOWN;
      case "pandas" -> within(module, Set.of("pandas.core", "pandas._libs")) ? ALLOWED : UNKNOWN;
      case "pyro" -> module.contains("constraints") ? ALLOWED : UNKNOWN;
      case "collections" ->
          Set.of("OrderedDict", "defaultdict", "Counter", "deque").contains(name)
              ? ALLOWED
              : UNKNOWN;
      case "datetime" -> ALLOWED;
      default -> UNKNOWN;
    };
  }

  private static GlobalPolicy torch(String module, String name) {
    boolean storage = module.equals("torch") && name.endsWith("Storage");
    boolean dtype = module.equals("torch") && TORCH_DTYPES.contains(name);
    return storage || dtype || module.equals("torch.distributions.constraints") ? ALLOWED : UNKNOWN;
  }

  private static boolean within(String module, Set<String> packages) {
    for (int dot = module.length(); dot > 0; dot = module.lastIndexOf('.', dot - 1)) {
      if (packages.contains(module.substring(0, dot))) {
        return true;
      }
    }
    return false;
  }
}
