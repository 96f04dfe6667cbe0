import "@fontsource-variable/plus-jakarta-sans";
import "./styles/tokens.css";
import "./styles/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { keepShell } from "./lib/offline";

const target = document.getElementById("app");
if (target) mount(App, { target });
keepShell();
